package io.millrace.recipe;

/**
 * How the rate grows with the global batch B from a reference batch: linearly, {@code base * B /
 * reference} (Goyal et al., 2017, arXiv 1706.02677), by the square root, {@code base * sqrt(B /
 * reference)} (Krizhevsky, 2014, arXiv 1404.5997; for Adam and LAMB), or not at all.
 */
public enum Scaling {
  LINEAR {
    @Override
    double peak(double base, long batch, int reference) {
      return base * batch / reference;
    }

    @Override
    String words(double base, long batch, int reference) {
      return "%s x %d / %d = ".formatted(Schedule.text(base), batch, reference);
    }
  },
  SQUARE_ROOT {
    @Override
    double peak(double base, long batch, int reference) {
      return base * Math.sqrt((double) batch / reference);
    }

    @Override
    String words(double base, long batch, int reference) {
      return "%s x sqrt(%d / %d) = ".formatted(Schedule.text(base), batch, reference);
    }
  },
  NONE {
    @Override
    double peak(double base, long batch, int reference) {
      return base;
    }

    @Override
    String words(double base, long batch, int reference) {
      return "not scaled, ";
    }
  };

  /** The base whose peak at a global batch this is. */
  public double base(double peak, long batch, int reference) {
    return peak / peak(1, batch, reference);
  }

  abstract double peak(double base, long batch, int reference);

  abstract String words(double base, long batch, int reference);
}
