package io.millrace.run;

import io.millrace.checkpoint.Fingerprints;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.config.StageConfig;
import io.millrace.model.Children;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.plan.TrainingPlan;
import io.millrace.prepare.SinceChanged;
import io.millrace.recipe.Shadow;
import io.millrace.recipe.Tuning;
import io.millrace.settings.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;

/**
 * The stages of a run, each resolved as a run of its own that begins where the one before has
 * ended. Lives on the driver.
 */
public final class StagedSetup {
  private StagedSetup() {}

  /**
   * Resolves all stages; of a run without stages the one that it is.
   *
   * @throws IllegalArgumentException for a stage that does not go with the network or the data
   * @throws IOException for a data set or network file that cannot be read
   */
  public static List<TrainingSetup> of(RunConfig config, Configuration hadoop) throws IOException {
    return of(config, hadoop, Optional.empty());
  }

  /**
   * The same of a run that goes on.
   *
   * @param begun what it remembers of the file that its weights came from, which is not read then
   */
  static List<TrainingSetup> of(
      RunConfig config, Configuration hadoop, Optional<StartedLayers> begun) throws IOException {
    if (config.stages().isEmpty()) {
      return List.of(TrainingSetup.single(config, hadoop, begun.isPresent()));
    }
    List<TrainingSetup> stages = new ArrayList<>();
    Map<String, Long> since = new HashMap<>();
    Set<String> started = Set.of();
    int epochs = 0;
    long updates = 0;
    for (int i = 0; i < config.stages().size(); i++) {
      RunConfig own = ConfigReader.stage(config, i);
      TrainingSetup setup = TrainingSetup.single(own, hadoop, begun.isPresent());
      refuseShadows(own, config.stages().get(i).name());
      if (i == 0) {
        started = begun.isPresent() ? begun.get().vertices() : setup.network().started(hadoop);
      }
      boolean another =
          i > 0
              && !own.optimizer().kind().goesOnFrom(stages.get(i - 1).config().optimizer().kind());
      boolean keeps = !another && config.stages().get(i).state() == StageConfig.State.KEEP;
      Tuning tuning =
          tuning(config, i, setup.network(), started, keeps ? since : Map.of(), updates);
      since.clear();
      since.putAll(tuning.since());
      RunStage stage =
          new RunStage(
              config,
              i,
              epochs,
              config.stages().get(i).epochs(),
              tuning,
              keeps,
              config.stages().get(i).selection().words(),
              Optional.empty(),
              Optional.empty());
      stages.add(StageFeatures.kept(setup.in(stage)));
      epochs += stage.epochs();
      updates += (long) stage.epochs() * setup.shape().updates();
    }
    Fingerprints whole = whole(stages);
    stages.replaceAll(each -> each.in(each.stage().belongingTo(whole)));
    return List.copyOf(stages);
  }

  /** A mean over the end of a run knows of no stages. */
  private static void refuseShadows(RunConfig config, String stage) {
    for (Shadow each : config.averaging().shadows()) {
      if (each.needsCourse()) {
        throw new IllegalArgumentException(
            "Invalid averaging.shadows: %s (must not hang on the length of a run of several stages; in stage %s)"
                .formatted(Names.of(each.getClass()), stage));
      }
    }
  }

  /**
   * What a stage makes of the parameters.
   *
   * @param started layers whose weights do not come from a model
   * @param before since when the state goes on of what the stage before trained
   */
  private static Tuning tuning(
      RunConfig config,
      int index,
      CanonicalNetwork network,
      Set<String> started,
      Map<String, Long> before,
      long updates) {
    StageConfig stage = config.stages().get(index);
    String key = "stages[%d]".formatted(index);
    ParameterLayout layout = network.layout();
    Children children = network.children();
    Set<String> frozen = stage.selection().frozen(key, children, layout);
    Map<String, Double> rates = new HashMap<>();
    if (stage.layerDecay() != null) {
      rates.putAll(Tuning.layerDecay(stage.layerDecay(), children, layout));
    }
    if (stage.pretrainedRate() != null && config.init().pretrained().isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid %s.pretrainedRate: %s (must be left out where init takes no weights of a file)"
              .formatted(key, stage.pretrainedRate()));
    }
    double pretrained = network.pretrainedRate(stage.pretrainedRate());
    if (pretrained != 1) {
      for (ParameterSlot slot : layout.slots()) {
        if (!started.contains(slot.vertex())) {
          rates.merge(slot.key(), pretrained, (decayed, factor) -> decayed * factor);
        }
      }
    }
    Map<String, Long> since =
        layout.slots().stream()
            .map(ParameterSlot::key)
            .filter(each -> !frozen.contains(each))
            .collect(Collectors.toMap(each -> each, each -> before.getOrDefault(each, updates)));
    return new Tuning(frozen, rates, since, updates);
  }

  /** What checkpoints of a run of several stages belong to. */
  private static Fingerprints whole(List<TrainingSetup> stages) {
    Fingerprints first = RunFingerprints.of(stages.get(0));
    String plans =
        stages.stream()
            .map(each -> RunFingerprints.of(each).plan())
            .collect(Collectors.joining(" "));
    return new Fingerprints(
        DigestUtils.sha256Hex(plans), first.data(), first.model(), first.teacher(), first.source());
  }

  /** Updates that are done after so many epochs. */
  static long updatesAfter(List<TrainingSetup> stages, int epochs) {
    long updates = 0;
    for (TrainingSetup each : stages) {
      int own = Math.max(0, Math.min(epochs, each.stage().lastEpoch()) - each.stage().firstEpoch());
      updates += (long) own * each.shape().updates();
    }
    return updates;
  }

  /** The stage that trains after so many epochs; the last one after all. */
  static int after(List<TrainingSetup> stages, int epochs) {
    int stage = 0;
    while (stage < stages.size() - 1 && stages.get(stage).stage().lastEpoch() <= epochs) {
      stage++;
    }
    return stage;
  }

  /** The stage whose training an epoch ended, counted from 1. */
  static int of(List<TrainingSetup> stages, int epoch) {
    return after(stages, Math.max(0, epoch - 1));
  }

  /** What each stage will do and need; the networks are built for it, once. */
  public static List<TrainingPlan> plans(List<TrainingSetup> stages) {
    return stages.stream().map(TrainingSetup::plan).toList();
  }

  /**
   * What all stages will do, for people: of the later ones what differs from the one before.
   *
   * @param plans of the stages
   */
  public static List<String> lines(List<TrainingSetup> stages, List<TrainingPlan> plans) {
    var first = stages.get(0);
    List<String> lines =
        SinceChanged.lines(
            first.data().manifest().origin(), first.config().source(), first.config().dataset());
    if (stages.size() == 1 && first.stage().run().stages().isEmpty()) {
      lines.addAll(plans.get(0).lines());
      return lines;
    }
    List<String> before = List.of();
    for (int i = 0; i < stages.size(); i++) {
      List<String> own = plans.get(i).lines();
      lines.add("%-14s %s".formatted("stage", stages.get(i).stage().title()));
      idle(stages.get(i), i).forEach(each -> lines.add("%-14s %s".formatted("no effect", each)));
      for (String line : own) {
        if (!before.contains(line)) {
          lines.add(line);
        }
      }
      before = own;
    }
    return lines;
  }

  /** What a stage says that changes nothing. */
  private static List<String> idle(TrainingSetup setup, int index) {
    StageConfig stage = setup.stage().run().stages().get(index);
    List<String> idle = new ArrayList<>();
    if (index == 0 && stage.state() == StageConfig.State.RESET) {
      idle.add("stages[0].state: reset; the state of the first stage starts at 0");
    }
    if (stage.layerDecay() != null && stage.layerDecay() != 1) {
      ParameterLayout layout = setup.network().layout();
      Set<String> frozen = setup.stage().tuning().frozen();
      var rates = Tuning.layerDecay(stage.layerDecay(), setup.network().children(), layout);
      if (rates.entrySet().stream()
          .allMatch(each -> frozen.contains(each.getKey()) || each.getValue() == 1)) {
        idle.add(
            "stages[%d].layerDecay: %s; all that the stage trains is of one level, the head's"
                .formatted(index, stage.layerDecay()));
      }
    }
    return idle;
  }
}
