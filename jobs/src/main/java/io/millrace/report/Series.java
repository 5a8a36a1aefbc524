package io.millrace.report;

/**
 * Numbers of one name, one an epoch; NaN where nothing was measured.
 *
 * @param name for the legend
 * @param colour number of a colour in the style sheet, from 1
 * @param values one an epoch
 */
record Series(String name, int colour, double[] values) {}
