package io.millrace.report;

/**
 * Numbers of one name, one an epoch; NaN where nothing was measured.
 *
 * @param name for the legend
 * @param colour number of a colour in the style sheet, from 1
 * @param values one an epoch, up to the last that this has of those of the chart; at its end where
 *     there are others for its beginning
 * @param firsts values at the beginning of each epoch; empty where one value is all
 */
record Series(String name, int colour, double[] values, double[] firsts) {
  /** One value an epoch. */
  Series(String name, int colour, double[] values) {
    this(name, colour, values, new double[0]);
  }
}
