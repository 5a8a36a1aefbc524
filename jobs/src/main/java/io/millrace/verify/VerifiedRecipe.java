package io.millrace.verify;

import io.millrace.config.Choices;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.exchange.AveragingConfig;
import io.millrace.exchange.Wire;
import io.millrace.model.ParameterLayout;
import io.millrace.recipe.Adadelta;
import io.millrace.recipe.Cosine;
import io.millrace.recipe.Course;
import io.millrace.recipe.Momentum;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What {@link VerifyJob} takes from a config: optimiser, decay, clipping and groups, each where
 * workers are one process under it, and the width of what travels; the rest it names. Rates are its
 * own, as its network and its examples are.
 */
final class VerifiedRecipe {
  private static final Course COURSE = new Course(0.1, 5, 20, 10);

  private final OptimizerConfig given;
  private final AveragingConfig averaging;
  private final List<ParameterGroup> groups = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /**
   * What a config says.
   *
   * @param layout that of the network that is trained
   */
  VerifiedRecipe(RunConfig config, ParameterLayout layout) {
    given = config.optimizer();
    averaging = config.averaging();
    if (!isExact(given.kind())) {
      leaveOut(
          "optimizer.kind",
          Choices.nameOf(given.kind().getClass()),
          "is not linear in the gradient");
    }
    if (!takesClipping() && given.clipNorm() != null) {
      leaveOut(
          "optimizer.clipNorm", Schedule.text(given.clipNorm()), "is not linear in the gradient");
    }
    if (!takesClipping() && given.clipValue() != null) {
      leaveOut(
          "optimizer.clipValue", Schedule.text(given.clipValue()), "is not linear in the gradient");
    }
    for (int i = 0; i < given.groups().size(); i++) {
      take(i, layout);
    }
    leaveOutAveraging();
    if (!config.training().precision().isFull()) {
      leaveOut(
          "training.precision",
          config.training().precision().word(),
          "rounds more than averages may differ by");
    }
  }

  private void leaveOutAveraging() {
    if (!averaging.every().isAlwaysOne()) {
      OptionalInt always = averaging.every().always();
      String every =
          always.isPresent()
              ? Integer.toString(always.getAsInt())
              : ConfigWriter.words(averaging.every());
      leaveOut("averaging.every", every, "lets workers drift");
    }
    if (averaging.state() != AveragingConfig.State.AVERAGE) {
      leaveOut("averaging.state", "local-reset", "forgets what one process keeps");
    }
    if (averaging.wire() != wire()) {
      leaveOut("averaging.wire", "bf16", "rounds what workers send");
    }
    if (averaging.outer().vectors() > 0) {
      leaveOut("averaging.outer", ConfigWriter.words(averaging.outer()), "goes beyond the average");
    }
  }

  private void leaveOut(String key, String value, String why) {
    leftOut.add("%s: %s, which %s".formatted(key, value, why));
  }

  /** Takes a group in, if it goes with the network and the rates of all kinds. */
  private void take(int index, ParameterLayout layout) {
    groups.add(given.groups().get(index));
    try {
      for (Optimizer kind : kinds()) {
        recipe(kind).rule(layout);
      }
    } catch (IllegalArgumentException e) {
      groups.remove(groups.size() - 1);
      leftOut.add(
          "optimizer.groups[%d]: %s"
              .formatted(index, e.getMessage().replaceFirst("^Invalid [^:]*: ", "")));
    }
  }

  /** What of the config is not verified, each with its reason. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The optimisers under which workers are one process by the config's exchange. */
  List<Optimizer> kinds() {
    Stream<Optimizer> listed = Choices.defaults(Optimizer.class).stream().map(this::configured);
    return Stream.concat(listed, Stream.of(given.kind())).distinct().filter(this::isExact).toList();
  }

  private boolean isExact(Optimizer kind) {
    return averaging.exchange().updatesOnDriver() || kind.isLinear();
  }

  /** The config's own optimiser in the place of its kind's defaults, and its momentum in others. */
  private Optimizer configured(Optimizer kind) {
    if (kind.getClass() == given.kind().getClass()) {
      return given.kind();
    }
    double momentum =
        given.kind() instanceof Momentum one
            ? one.momentum()
            : given.kind() instanceof Nesterov one ? one.momentum() : 0.9;
    return kind instanceof Momentum
        ? new Momentum(momentum)
        : kind instanceof Nesterov ? new Nesterov(momentum) : kind;
  }

  /** How a kind trains. */
  Recipe recipe(Optimizer kind) {
    ResolvedRate rate = rate(kind);
    return Recipe.of(
        new OptimizerConfig(
            kind,
            given.weightDecay(),
            given.decay(),
            given.decayBias(),
            takesClipping() ? given.clipNorm() : null,
            takesClipping() ? given.clipValue() : null,
            groups.stream().map(group -> under(group, kind, rate)).toList()),
        rate);
  }

  /** A group without what it says of a momentum that a kind does not have. */
  private static ParameterGroup under(ParameterGroup group, Optimizer kind, ResolvedRate rate) {
    boolean cycles =
        group.schedule() != null && !Double.isNaN(group.schedule().momentum(rate.course(), 0));
    return kind.hasMomentum()
        ? group
        : new ParameterGroup(
            group.names(),
            group.layers(),
            group.rate(),
            null,
            group.weightDecay(),
            group.decayBias(),
            cycles ? null : group.schedule(),
            group.frozen());
  }

  /** Gradients are clipped as one; averaged workers clip each its own. */
  private boolean takesClipping() {
    return averaging.exchange().updatesOnDriver();
  }

  /** How wide an element is that a worker sends. */
  Wire wire() {
    return averaging.exchange().updatesOnDriver() ? averaging.wire() : Wire.FP32;
  }

  /** A rate at which a kind moves the weights and they stay finite. */
  private static ResolvedRate rate(Optimizer kind) {
    boolean bySize = kind.isLinear() || kind.trust() == Trust.OF_GRADIENT;
    double peak = kind instanceof Adadelta ? 10 : bySize ? COURSE.peak() : 0.01;
    return ResolvedRate.of(
        new Course(peak, COURSE.warmup(), COURSE.updates(), COURSE.perEpoch()), new Cosine(0));
  }
}
