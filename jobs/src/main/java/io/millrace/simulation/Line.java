package io.millrace.simulation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line {@code y = start + slope x} through points, of least squares; neither of the two falls
 * below 0, as times do not. Through one point, or points of one x, it starts at 0.
 *
 * @param start y at 0
 * @param slope y for one x
 */
record Line(double start, double slope) {
  static <T> Line through(List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
    double meanX = points.stream().mapToDouble(x).average().orElseThrow();
    double meanY = points.stream().mapToDouble(y).average().orElseThrow();
    double xx = 0;
    double xy = 0;
    for (T each : points) {
      double away = x.applyAsDouble(each) - meanX;
      xx += away * away;
      xy += away * (y.applyAsDouble(each) - meanY);
    }
    double slope = xx == 0 ? Double.NaN : xy / xx;
    if (slope < 0) {
      return new Line(meanY, 0);
    }
    double start = meanY - slope * meanX;
    return Double.isNaN(slope) || start < 0 ? new Line(0, meanY / meanX) : new Line(start, slope);
  }
}
