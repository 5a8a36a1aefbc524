package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import java.util.Arrays;
import java.util.List;

/**
 * How a network is trained: rates, optimiser, decay, clipping and groups of parameters. Lives on
 * the driver; tasks get its {@link #rule} once a run, and a {@link RoundOrder} each round.
 *
 * @param rate of each update
 * @param optimizer update of trained parameters
 * @param decay decay by kind of parameter
 * @param clip clipping of the gradient
 * @param groups parameters trained in ways of their own
 * @param tuning what a stage makes of the parameters
 * @param setbacks what roll-backs have left behind
 */
public record Recipe(
    LearningRate rate,
    Optimizer optimizer,
    WeightDecay decay,
    Clip clip,
    List<ParameterGroup> groups,
    Tuning tuning,
    Setbacks setbacks) {
  /**
   * Checks the schedules.
   *
   * @throws IllegalArgumentException for one that does not go with the rate or the optimiser
   */
  public Recipe {
    if (rate instanceof ResolvedRate resolved) {
      check("learningRate.schedule", resolved.schedule(), resolved.course(), optimizer);
    }
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).schedule() != null) {
        check(
            "optimizer.groups[%d].schedule".formatted(i),
            groups.get(i).schedule(),
            rate,
            optimizer);
      }
    }
  }

  /** A schedule that sets the momentum needs an optimiser that has one. */
  private static void check(String key, Schedule schedule, Course course, Optimizer optimizer) {
    if (!optimizer.hasMomentum() && !Double.isNaN(schedule.momentum(course, 0))) {
      throw new IllegalArgumentException(
          "Invalid %s: it sets the momentum (must not, as this optimiser has none: %s)"
              .formatted(key, optimizer));
    }
  }

  private static void check(String key, Schedule schedule, LearningRate rate, Optimizer optimizer) {
    if (!(rate instanceof ResolvedRate resolved)) {
      throw new IllegalArgumentException(
          "Invalid %s: a schedule of its own (must be null under a rate of another kind)"
              .formatted(key));
    }
    try {
      schedule.check(resolved.course());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(ofGroup(key, schedule, e.getMessage()), e);
    }
    check(key, schedule, resolved.course(), optimizer);
    if (schedule.feedback(resolved.course()).isPresent()) {
      throw new IllegalArgumentException(
          "Invalid %s: a schedule that follows metrics (must be one of the update alone)"
              .formatted(key));
    }
  }

  /** What a schedule says of one of its keys, said of where that stands. */
  private static String ofGroup(String key, Schedule schedule, String message) {
    return Arrays.stream(schedule.getClass().getRecordComponents())
        .map(each -> "Invalid learningRate." + each.getName() + ":")
        .filter(message::startsWith)
        .findFirst()
        .map(start -> message.replaceFirst("learningRate", key))
        .orElse(message);
  }

  /** A recipe of a run that never rolled back. */
  public Recipe(
      LearningRate rate,
      Optimizer optimizer,
      WeightDecay decay,
      Clip clip,
      List<ParameterGroup> groups,
      Tuning tuning) {
    this(rate, optimizer, decay, clip, groups, tuning, Setbacks.NONE);
  }

  /** A recipe under which all parameters are trained. */
  public Recipe(
      LearningRate rate,
      Optimizer optimizer,
      WeightDecay decay,
      Clip clip,
      List<ParameterGroup> groups) {
    this(rate, optimizer, decay, clip, groups, Tuning.NONE);
  }

  /** A recipe that does not clip and treats all parameters alike. */
  public Recipe(LearningRate rate, Optimizer optimizer, WeightDecay decay) {
    this(rate, optimizer, decay, Clip.NONE, List.of());
  }

  /** The recipe of a config. */
  public static Recipe of(OptimizerConfig config, LearningRate rate) {
    return new Recipe(
        rate,
        config.kind(),
        new WeightDecay(config.weightDecay(), config.decayBias(), config.actingDecay()),
        config.clip(),
        config.groups());
  }

  /**
   * The same under another rate, which groups with a schedule of their own follow, too; an
   * optimiser that would find a rate itself stays what it is before.
   */
  public Recipe under(LearningRate other) {
    List<ParameterGroup> following = groups.stream().map(ParameterGroup::withoutSchedule).toList();
    return new Recipe(other, optimizer.beforeSwitching(), decay, clip, following, tuning, setbacks);
  }

  /** The same in a stage. */
  public Recipe tuned(Tuning stage) {
    return new Recipe(rate, optimizer, decay, clip, groups, stage, setbacks);
  }

  /** The same after roll-backs. */
  public Recipe after(Setbacks rollbacks) {
    return new Recipe(rate, optimizer, decay, clip, groups, tuning, rollbacks);
  }

  /** What makes the updates of a network. */
  public UpdateRule rule(ParameterLayout layout) {
    return new UpdateRule(optimizer, decay, clip, ParameterGroups.of(groups, layout, tuning));
  }
}
