package io.millrace.recipe;

import io.millrace.state.Remembered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How a recipe goes on in one run: the orders of its rounds, with what the run has taught. Lives on
 * the driver; tasks learn of it by a {@link RoundOrder} alone.
 */
public final class Pace {
  private final Recipe recipe;
  private final List<ParameterGroup> rules;
  private final List<Long> since;
  private final Optional<Feedback> feedback;
  private final Optional<SwatsSwitch> switching;

  /** At the start of a run under a recipe whose groups are trained as it says. */
  public Pace(Recipe recipe) {
    this(recipe, recipe.groups(), Collections.nCopies(recipe.groups().size(), 0L));
  }

  /** At the start of a run on a network of these groups. */
  public Pace(Recipe recipe, ParameterGroups groups) {
    this(recipe, groups.rules().subList(0, groups.rules().size() - 1), groups.since());
  }

  private Pace(Recipe recipe, List<ParameterGroup> rules, List<Long> since) {
    this.recipe = recipe;
    this.rules = rules;
    this.since = since;
    this.feedback =
        recipe.rate() instanceof ResolvedRate resolved
            ? resolved.schedule().feedback(resolved.course())
            : Optional.empty();
    this.switching = recipe.optimizer().switching();
  }

  /** What it has learned, for the checkpoint. */
  public List<Remembered> remembered() {
    List<Remembered> all = new ArrayList<>();
    feedback.ifPresent(all::add);
    switching.ifPresent(all::add);
    return all;
  }

  /** The run that its rates cover, where they say so. */
  public Optional<Course> course() {
    return recipe.rate() instanceof ResolvedRate resolved
        ? Optional.of(resolved.course())
        : Optional.empty();
  }

  /** The rate of an update for parameters that belong to no group, as far as it is known now. */
  public double rate(long update) {
    return scheduled(update) * switching();
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
    List<Long> leftOut =
        LongStream.range(first, first + updates).filter(setbacks()::leaveOut).boxed().toList();
    return new RoundOrder(epoch, first, List.copyOf(moments), 1, leftOut);
  }

  /** What roll-backs have left behind. */
  public Setbacks setbacks() {
    return recipe.setbacks();
  }

  /** When an update happens for each group, the rest of the parameters last. */
  public List<Moment> moments(long update, long step) {
    boolean switched = switching.isPresent() && switching.get().isSwitched();
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      ParameterGroup group = rules.get(i);
      long own = Math.max(1, step - since.get(i));
      double rate =
          group.schedule() == null
              ? scheduled(update)
              : own(group).rate(update - origin()) * setbacks().factor();
      double momentum = group.momentum() == null ? momentum(group, update) : group.momentum();
      moments.add(new Moment(own, group.rate() * rate * switching(), momentum, switched));
    }
    moments.add(new Moment(step, rate(update), momentum(ParameterGroup.REST, update), switched));
    return List.copyOf(moments);
  }

  /** Takes in the metrics of an epoch, if it ended after the warm-up. */
  public void epochEnded(Map<String, Double> metrics, long updatesDone) {
    if (updatesDone - origin() > warmup()) {
      feedback.ifPresent(each -> each.epochEnded(metrics));
    }
  }

  /** What looks at the steps of rounds now, if anything does. */
  public Optional<SwatsSwitch> watching(long firstUpdate) {
    return switching.filter(each -> !each.isSwitched() && firstUpdate - origin() >= warmup());
  }

  /** The schedule's rate, without what the optimiser makes of it. */
  public double scheduled(long update) {
    return undisturbed(update) * setbacks().factor();
  }

  private double undisturbed(long update) {
    long own = update - origin();
    return feedback.isPresent() && own >= warmup()
        ? feedback.get().rate()
        : recipe.rate().rate(own);
  }

  /** The schedule's rate as far as it is known now. */
  public LearningRate known() {
    return new LearningRate() {
      private static final long serialVersionUID = 1;

      @Override
      public double rate(long update) {
        return scheduled(update);
      }

      @Override
      public double undisturbed(long update) {
        return Pace.this.undisturbed(update);
      }
    };
  }

  /** Updates that were done when the stage began; rates count from there. */
  private long origin() {
    return recipe.tuning().origin();
  }

  private double switching() {
    return switching.filter(SwatsSwitch::isSwitched).map(SwatsSwitch::factor).orElse(1.0);
  }

  private long warmup() {
    return course().map(Course::warmup).orElse(0L);
  }

  private double momentum(ParameterGroup group, long update) {
    if (group.schedule() != null) {
      return own(group).momentum(update - origin());
    }
    return recipe.rate() instanceof ResolvedRate resolved
        ? resolved.momentum(update - origin())
        : Double.NaN;
  }

  private ResolvedRate own(ParameterGroup group) {
    return ((ResolvedRate) recipe.rate()).with(group.schedule());
  }
}
