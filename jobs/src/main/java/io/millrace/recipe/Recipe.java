package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import java.util.ArrayList;
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
 */
public record Recipe(
    LearningRate rate,
    Optimizer optimizer,
    WeightDecay decay,
    Clip clip,
    List<ParameterGroup> groups) {
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

  /** What makes the updates of a network. */
  public UpdateRule rule(ParameterLayout layout) {
    return new UpdateRule(optimizer, decay, clip, ParameterGroups.of(groups, layout));
  }

  /**
   * The order of a round.
   *
   * @param epoch epochs done
   * @param first global number of its first update
   * @param updates its updates
   * @param stepsBefore updates that the optimiser's state has seen before it
   */
  public RoundOrder order(int epoch, long first, int updates, long stepsBefore) {
    List<List<Moment>> moments = new ArrayList<>();
    for (int i = 0; i < updates; i++) {
      moments.add(moments(first + i, stepsBefore + i + 1));
    }
    return new RoundOrder(epoch, first, List.copyOf(moments));
  }

  /** When an update happens for each group, the rest of the parameters last. */
  public List<Moment> moments(long update, long step) {
    List<Moment> moments = new ArrayList<>();
    for (ParameterGroup group : groups) {
      double momentum = group.momentum() == null ? Double.NaN : group.momentum();
      moments.add(new Moment(step, group.rate() * rateOf(group, update), momentum));
    }
    moments.add(new Moment(step, rate.rate(update)));
    return List.copyOf(moments);
  }

  private double rateOf(ParameterGroup group, long update) {
    if (group.schedule() == null) {
      return rate.rate(update);
    }
    if (rate instanceof ResolvedRate resolved) {
      return resolved.with(group.schedule()).rate(update);
    }
    throw new IllegalArgumentException(
        "Invalid optimizer.groups: a schedule of its own (must be null under a rate of another"
            + " kind)");
  }
}
