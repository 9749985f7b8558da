package handlers

// WritePDF is for tests: documents longer than anybody's month.
var WritePDF = writePDF
