package handlers

import (
	"strings"

	"extrausage/billing"
	"extrausage/views"
)

// cardSetting is the card as the history of settings names it.
const cardSetting = "card"

// viewChanges are changes of settings with their values in words.
func viewChanges(lang views.Lang, changes []billing.SettingChange) []views.SettingChange {
	rows := make([]views.SettingChange, len(changes))
	for i, c := range changes {
		rows[i] = views.SettingChange{
			At: c.At, Setting: views.Setting(c.Setting), Old: settingValue(lang, c.Setting, c.Old), New: settingValue(lang, c.Setting, c.New),
			Actor: views.Actor(c.Actor),
		}
		if c.Setting == cardSetting {
			rows[i].Setting = views.SettingPaymentMethod
		}
	}
	return rows
}

// valueWords are the values that are words, whatever the setting.
var valueWords = map[string]string{
	"on": views.MsgValueOn, "off": views.MsgValueOff, "unlimited": views.MsgValueUnlimited, "changed": views.MsgValueChanged,
	"open": views.MsgValueOpen, "closed": views.MsgValueClosed, "stop": views.MsgValueStop, "continue": views.MsgValueContinue,
}

// languageNames are what languages call themselves.
var languageNames = map[string]string{"en": "English", "it": "Italiano"}

// settingValue words a value as the history keeps it; "" is "not set". What has no words is shown as it is.
func settingValue(lang views.Lang, setting, value string) string {
	if value == "" || value == "unset" || setting == "plan" && value == "none" {
		return ""
	}
	switch setting {
	case "extra_usage", "always_continue", "account", "password", "invoice_address", "session_choice":
		return wordOr(lang, value)
	case "monthly_limit":
		if a := decimal(value); a > 0 {
			return lang.Money(a)
		}
		return wordOr(lang, value)
	case "auto_reload":
		if rule, err := billing.ParseReloadRule(value); err == nil && rule.On {
			return lang.T(views.MsgValueReload, "Threshold", rule.Threshold, "Target", rule.Target)
		}
		return wordOr(lang, value)
	case cardSetting:
		if brand, last4, ok := strings.Cut(value, " "); ok {
			return views.Card{Brand: brand, Last4: last4}.Short()
		}
	case "alerts":
		return alertsValue(lang, value)
	case "plan":
		if p := billing.PlanNamed(value); p.Name != "" {
			return p.Name
		}
	case "locale":
		if name := languageNames[value]; name != "" {
			return name
		}
	}
	return value
}

func wordOr(lang views.Lang, value string) string {
	if id := valueWords[value]; id != "" {
		return lang.T(id)
	}
	return value
}
