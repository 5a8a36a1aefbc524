package io.millrace.report;

import io.millrace.metrics.Figures;

/** How the values of a chart are written. */
enum Unit {
  NUMBER {
    @Override
    String value(double value) {
      return Figures.number(value);
    }

    @Override
    String tick(double value, double step) {
      int decimals = decimals(step);
      return decimals > MOST_DECIMALS
          ? Figures.number(value)
          : Figures.format("%,." + decimals + "f", value);
    }
  },
  /** A power of ten by its logarithm. */
  POWER {
    @Override
    String value(double value) {
      return Double.isNaN(value) ? "–" : text(value);
    }

    @Override
    String tick(double value, double step) {
      return text(value);
    }

    private String text(double value) {
      double number = Math.pow(10, value);
      return number == 0 || number >= 1e-3 && number < 1e4
          ? Figures.number(number)
          : Figures.format("%.1e", number).replace(".0e", "e").replaceAll("e([-+])0", "e$1");
    }
  },
  /** A share, written as a percentage. */
  PERCENT {
    @Override
    String value(double value) {
      return Double.isFinite(value) ? Figures.format("%.1f %%", 100 * value) : "–";
    }

    @Override
    String tick(double value, double step) {
      return Figures.format("%." + decimals(100 * step) + "f %%", 100 * value);
    }
  };

  /** As many as there is room for. */
  private static final int MOST_DECIMALS = 4;

  /** A value of its own. */
  abstract String value(double value);

  /** A tick of an axis: as many decimals as its steps need. */
  abstract String tick(double value, double step);

  private static int decimals(double step) {
    return (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  }
}
