/**
 * The HTML report that a run leaves for people: one file, without scripts and without a network.
 */
package io.millrace.report;
