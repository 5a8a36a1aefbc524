package io.millrace.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far W workers are from one process after the same updates.
 *
 * @param rows every optimiser with every number of workers
 * @param leftOut what of the config was not verified, each with its reason
 */
public record VerifyReport(List<Row> rows, List<String> leftOut) {
  /** The largest difference that the order of fp32 sums explains. */
  public static final double TOLERANCE = 1e-5;

  /**
   * One optimiser with one number of workers.
   *
   * @param optimizer the optimiser
   * @param workers workers
   * @param updates updates made
   * @param maxAbsDiff largest difference of a weight between the workers and one process
   * @param allowed the largest that passes
   * @param gradient where gradients are exchanged, how far their sum was from the gradient of the
   *     undivided batch, at most, in norm
   * @param moved how far training moved a weight, at most
   */
  public record Row(
      String optimizer,
      int workers,
      long updates,
      double maxAbsDiff,
      double allowed,
      double gradient,
      double moved) {
    /**
     * Whether the workers are the process, or as close to it as is allowed, and both have trained.
     */
    public boolean passed() {
      return hasTrained() && maxAbsDiff <= allowed && gradient <= TOLERANCE;
    }

    private boolean hasTrained() {
      return moved > 1e-3;
    }

    private String fault() {
      return passed() ? "" : hasTrained() ? "  <- differs" : "  <- has hardly trained";
    }
  }

  /** Whether all rows passed. */
  public boolean passed() {
    return rows.stream().allMatch(Row::passed);
  }

  /** The largest difference of all rows. */
  public double maxAbsDiff() {
    return rows.stream().mapToDouble(Row::maxAbsDiff).max().orElse(Double.NaN);
  }

  /**
   * What was left out, the table, then {@code verify=pass max_abs_diff=<value>} or {@code
   * verify=fail ...}.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    leftOut.forEach(each -> lines.add("not verified: " + each));
    lines.add("optimizer  workers  updates  max_abs_diff  gradient  moved");
    for (Row row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-9s  %7d  %7d  %12.3g  %8.2g  %5.3f%s",
              row.optimizer(),
              row.workers(),
              row.updates(),
              row.maxAbsDiff(),
              row.gradient(),
              row.moved(),
              row.fault()));
    }
    lines.add(
        String.format(
            Locale.ROOT, "verify=%s max_abs_diff=%.3g", passed() ? "pass" : "fail", maxAbsDiff()));
    return lines;
  }
}
