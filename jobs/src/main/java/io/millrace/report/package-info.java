/** What a run leaves for people: metrics, progress, the HTML report. */
package io.millrace.report;
