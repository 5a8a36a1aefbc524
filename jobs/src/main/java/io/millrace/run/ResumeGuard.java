package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.Fingerprints;
import io.millrace.checkpoint.Guard;
import io.millrace.config.ConfigReader;
import io.millrace.config.DecidingKeys;
import io.millrace.config.RunConfig;
import io.millrace.config.StageConfig;
import io.millrace.epoch.RoundCut;
import io.millrace.model.WithinMinibatch;
import io.millrace.recipe.Feedback;
import io.millrace.recipe.Moment;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Shadow;
import io.millrace.state.Memory;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which keys may differ when a run goes on: those that decide nothing, freely; those that are
 * marked in their records, when somebody accepts what changes by its name; no other. A run may
 * become longer or shorter without a word where its schedule gives every update the rate that it
 * had. Lives on the driver.
 *
 * @param setup of the run that goes on
 * @param accepted what somebody accepts
 */
record ResumeGuard(TrainingSetup setup, Set<Accept> accepted) implements Guard {
  private static final String EPOCHS = "training.epochs";
  private static final String RATE = "rate";
  private static final Pattern STAGE_BATCH = Pattern.compile("stages\\.(\\d+)\\.batchPerWorker");

  @Override
  public Map<String, String> deciding(String config) {
    return DecidingKeys.of(config);
  }

  @Override
  public Fingerprints now(Checkpoint then, Fingerprints now) {
    if (!setup.run().stages().isEmpty()) {
      return now;
    }
    int shares = Shares.of(then).count();
    return shares % setup.shape().workers() == 0 && setup.shape().globalBatch() % shares == 0
        ? setup.cut(shares).fingerprints()
        : now;
  }

  @Override
  public Verdict about(String key, Checkpoint then) {
    if (!setup.run().stages().isEmpty()) {
      return aboutStages(key, then.state().position());
    }
    Optional<Accept> name = DecidingKeys.acceptedAs(key).flatMap(Accept::of);
    if (name.isEmpty() || key.equals(EPOCHS) && isBeyond(then.state().position())) {
      return Guard.super.about(key, then);
    }
    if (name.get() == Accept.BATCH) {
      return aboutWorkers(key, then);
    }
    Map<Accept, String> changes = changes(key, then);
    Set<String> wanted = new TreeSet<>();
    changes.keySet().stream()
        .filter(each -> !accepted.contains(each))
        .forEach(each -> wanted.add(each.toString()));
    String words =
        changes.isEmpty() ? "every update keeps its rate" : String.join(", ", changes.values());
    return wanted.isEmpty() ? Verdict.allowed(words) : Verdict.unless(wanted, words);
  }

  /** Whether more is trained than the run is to be long now. */
  private boolean isBeyond(Position then) {
    int begun = then.epoch() + (then.isBetweenEpochs() ? 0 : 1);
    return begun > setup.config().training().epochs();
  }

  /**
   * Other workers see the same global batches, if they divide the shares and make as many examples
   * of an update; with one update a round they are one process as the others were, where an
   * example's gradient is its own.
   */
  private Verdict aboutWorkers(String key, Checkpoint then) {
    RunConfig old = ConfigReader.resolved(then.config());
    long was = (long) old.training().workers() * old.training().batchPerWorker();
    int shares = Shares.of(then).count();
    if (was != setup.shape().globalBatch() || shares % setup.shape().workers() != 0) {
      return Guard.super.about(key, then);
    }
    String same = "the same global batches of %d, from %d shares".formatted(was, shares);
    List<String> changes = ofWorkers(setup.config());
    return changes.isEmpty() || accepted.contains(Accept.BATCH)
        ? Verdict.allowed(same)
        : Verdict.unless(
            Set.of(Accept.BATCH.toString()), "%s (%s)".formatted(String.join(", ", changes), same));
  }

  /** What other workers make otherwise of the same global batches. */
  private List<String> ofWorkers(RunConfig now) {
    List<String> changes = new ArrayList<>();
    if (!now.averaging().isOneProcess(now.optimizer(), false)) {
      changes.add("what an average of workers comes to");
    }
    List<String> within = new ArrayList<>(WithinMinibatch.of(setup.network().configuration()));
    if (now.loss().mixing() != null) {
      within.add("mixing");
    }
    if (!within.isEmpty()) {
      changes.add("what %s see within a worker".formatted(String.join(", ", within)));
    }
    return changes;
  }

  /** Of a run of several stages the batch of one that has not begun. */
  private Verdict aboutStages(String key, Position then) {
    Matcher batch = STAGE_BATCH.matcher(key);
    if (!batch.matches()) {
      return Verdict.REFUSED;
    }
    int stage = Integer.parseInt(batch.group(1));
    int first = setup.run().stages().stream().limit(stage).mapToInt(StageConfig::epochs).sum();
    boolean begun = then.epoch() > first || then.epoch() == first && !then.isBetweenEpochs();
    if (begun) {
      return Verdict.REFUSED;
    }
    String words = "the global batch of a stage that has not begun, and its rate with it";
    return accepted.contains(Accept.BATCH)
        ? Verdict.allowed(words)
        : Verdict.unless(Set.of(Accept.BATCH.toString()), words);
  }

  private Map<Accept, String> changes(String key, Checkpoint then) {
    Map<Accept, String> changes = new TreeMap<>();
    RunConfig old = ConfigReader.resolved(then.config());
    ResolvedRate was = rate(old);
    Optional<String> rates = otherRate(new Pace(Recipe.of(old.optimizer(), was)));
    if (rates.isPresent() || !key.equals(EPOCHS)) {
      changes.put(
          Accept.LEARNING_RATE, rates.orElse("no learning rate of an update that both plan"));
    }
    if (key.equals(EPOCHS)) {
      if (mixesOtherwise(old, then.state().epoch())) {
        changes.put(
            Accept.MIXING,
            "the last epochs of %d went without mixing".formatted(old.training().epochs()));
      }
      if (averagesOtherwise(old, was)) {
        changes.put(Accept.AVERAGING, "rounds or means of weights follow the length of the run");
      }
    }
    return changes;
  }

  private ResolvedRate rate(RunConfig config) {
    return RunRate.of(config, setup.shape(), setup.data().rows(config.evaluation().split()));
  }

  /** The first update whose rate or momentum differs, of a group or of the rest, in words. */
  private Optional<String> otherRate(Pace was) {
    Pace is = new Pace(setup.recipe());
    long both = Math.min(updates(was), updates(is));
    for (long u = 0; u < both; u++) {
      List<Moment> now = is.moments(u, u + 1);
      List<Moment> then = was.moments(u, u + 1);
      int rest = now.size() - 1; // named first, as all follow it that say nothing else
      for (int i = rest; i >= 0; i--) {
        if (!now.get(i).equals(then.get(i))) {
          return Optional.of(
              "the learning rate%s, of update %d %s (was %s)"
                  .formatted(
                      i == rest ? "" : " of optimizer.groups[%d]".formatted(i),
                      u,
                      Schedule.text(now.get(i).rate()),
                      Schedule.text(then.get(i).rate())));
        }
      }
    }
    return Optional.empty();
  }

  private static long updates(Pace pace) {
    return pace.course().orElseThrow().updates();
  }

  /** Whether epochs were trained without mixing that a run of the new length would mix. */
  private static boolean mixesOtherwise(RunConfig old, int done) {
    return old.loss().mixing() != null
        && old.loss().mixingOffEpochs() > 0
        && done > old.training().epochs() - old.loss().mixingOffEpochs();
  }

  private boolean averagesOtherwise(RunConfig old, ResolvedRate was) {
    if (setup.config().averaging().shadows().stream().anyMatch(Shadow::needsCourse)) {
      return true;
    }
    int both = Math.min(old.training().epochs(), setup.config().training().epochs());
    for (int epoch = 0; epoch < both; epoch++) {
      long first = (long) epoch * setup.shape().updates();
      RoundCut before =
          RoundCut.of(old.averaging().every(), first, setup.shape().updates(), was, was);
      if (!before.equals(setup.rounds(epoch, setup.rate()))) {
        return true;
      }
    }
    return false;
  }

  /** A rate that follows a metric goes on from where it had fallen to, or begins anew. */
  @Override
  public Checkpoint carry(Checkpoint then) {
    ResolvedRate is = setup.rate();
    Optional<Feedback> feedback = is.schedule().feedback(is.course());
    if (feedback.isEmpty() || !accepted.contains(Accept.LEARNING_RATE)) {
      return then;
    }
    String name = feedback.get().name();
    RunState state = then.state();
    double was = rate(ConfigReader.resolved(then.config())).course().peak();
    Memory memory =
        state
            .memory(name)
            .map(before -> before.with(RATE, before.figure(RATE) * is.course().peak() / was))
            .orElse(feedback.get().save());
    return then.withState(state.with(name, memory));
  }
}
