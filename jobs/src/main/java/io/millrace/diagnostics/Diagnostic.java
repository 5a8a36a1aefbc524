package io.millrace.diagnostics;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Something to look at by layer and epoch: a record whose components are its keys in a config. What
 * it reads at an update is read on executors where workers update, on the driver where it does; all
 * else runs on the driver.
 */
@OneOf({
  GradientNorm.class,
  WeightNorm.class,
  UpdateRatio.class,
  DeadUnits.class,
  Activations.class,
  BatchNormDrift.class,
  GradientHistogram.class,
  WeightHistogram.class
})
public interface Diagnostic extends Serializable {
  /** What its chart is called. */
  String title();

  /** What is fine where it was measured and calls for no warning; empty of one that never does. */
  default Optional<String> fine() {
    return Optional.empty();
  }

  /** How its figures are drawn. */
  default Drawn drawn() {
    return Drawn.LOGARITHM;
  }

  /** How many of its figures are drawn, from the first on. */
  default int charts() {
    return 1;
  }

  /** Reads the mean gradient of one parameter, before clipping. */
  default void gradient(GradientView gradient, Readings to) {}

  /** Reads one parameter before and after an update. */
  default void update(UpdateView update, Readings to) {}

  /** Reads the activations of a sample. */
  default void look(Look look, Readings to) {}

  /**
   * The figures of one layer, or parameter, in one epoch; the first ones are drawn.
   *
   * @param means by part what was read, summed and divided by its weight
   */
  Map<String, Double> figures(Map<String, Double> means);

  /**
   * One figure of a whole round, which is kept of each that is measured, if there is one.
   *
   * @param layers what was read of each layer in it
   */
  default OptionalDouble ofRound(List<Map<String, Double>> layers) {
    return OptionalDouble.empty();
  }

  /**
   * What the newest round calls for, if anything.
   *
   * @param rounds figures of the measured rounds, the newest last
   */
  default List<Warning> warnings(List<Double> rounds) {
    return List.of();
  }

  /** What the newest epoch calls for. */
  default List<Warning> warnings(Course course) {
    return List.of();
  }
}
