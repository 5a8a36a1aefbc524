package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.formats.ModelZip;
import io.millrace.formats.StockState;
import io.millrace.formats.WeightFiles;
import io.millrace.model.Children;
import io.millrace.model.ImageShape;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.StockUpdater;
import io.millrace.model.UpdaterLayout;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.init.InitialWeights;
import io.millrace.model.layers.NativeMemory;
import io.millrace.plan.GroupWords;
import io.millrace.plan.NetworkSize;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.ParameterGroups;
import io.millrace.recipe.Stock;
import io.millrace.recipe.Tuning;
import io.millrace.replica.FeatureSpec;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The stock DL4J network of a run: where it comes from, its first weights, and how it is saved.
 * Lives on the driver.
 *
 * @param config the run's config
 * @param configuration the network's
 * @param classes class names in the order of its outputs
 * @param tuning what the stage makes of its parameters
 */
public record CanonicalNetwork(
    RunConfig config,
    ComputationGraphConfiguration configuration,
    List<String> classes,
    Tuning tuning) {
  /** Of the rate of training from scratch, what a fine-tune has for weights that it starts from. */
  private static final double PRETRAINED_RATE = 0.1;

  /** One of which all is trained alike. */
  CanonicalNetwork(
      RunConfig config, ComputationGraphConfiguration configuration, List<String> classes) {
    this(config, configuration, classes, Tuning.NONE);
  }

  /**
   * The network that a config names.
   *
   * @param peak the highest learning rate
   * @throws IOException for a network file that cannot be read
   */
  static CanonicalNetwork of(
      RunConfig config, List<String> classes, double peak, Configuration hadoop)
      throws IOException {
    IUpdater updater = config.optimizer().kind().stock(peak).updater();
    Architecture architecture = config.model().architecture();
    ComputationGraphConfiguration made =
        architecture.configuration(
            new NetworkPurpose(
                shape(config),
                classes.size(),
                updater,
                config.seed(),
                config.model().head(),
                file -> WeightFiles.configuration(hadoop, file)));
    if (architecture.foreignKey().isPresent()) {
      made =
          new GivenNetwork(
                  architecture.foreignKey().get(),
                  architecture.words(),
                  shape(config),
                  classes.size())
              .prepared(made, updater, config.training().fastPath());
    }
    return new CanonicalNetwork(config, made, classes);
  }

  /** The network with its first weights. */
  public ComputationGraph initialised(Configuration hadoop) throws IOException {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(configuration));
    net.init();
    Optional<GivenWeights> given = GivenWeights.of(config, classes, hadoop);
    if (given.isEmpty() || !given.get().how().strict()) {
      InitialWeights.of(config.init().ofTheRest(), net)
          .set(net, config.seed(), config.model().architecture().zeroGamma());
    }
    if (given.isPresent()) {
      given.get().set(net, classes);
    }
    return net;
  }

  /**
   * What the network takes of a file of weights, in words.
   *
   * @throws IllegalArgumentException if it cannot take what the config wants it to
   */
  List<String> taken(GivenWeights given) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(configuration));
    net.init();
    try {
      return given.transfer(net, classes).lines();
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }

  private static ImageShape shape(RunConfig config) {
    var input = config.input();
    return new ImageShape(input.height(), input.width(), input.channels());
  }

  /** The network without weights, of which only the layout is asked. */
  ComputationGraph blank() {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(configuration));
    net.init();
    return net;
  }

  /**
   * The network as a model.zip.
   *
   * @param trained the network that was trained; it says what lies where
   * @param rate of the last update, at which DL4J's own {@code fit} goes on as we would
   */
  ModelZip zip(RunState weights, ComputationGraph trained, double rate) {
    ComputationGraphConfiguration network = NetworkCopy.of(configuration);
    Stock stock = config.optimizer().kind().stock(rate);
    StockUpdater.set(network, stock.updater());
    WeightVector state =
        weights.state().length() == 0
            ? weights.state()
            : StockState.toDl4j(
                ParameterLayout.of(trained),
                UpdaterLayout.state(trained),
                weights.state(),
                stock.factors());
    return ModelZip.of(network, weights.parameters(), state, weights.update(), weights.epoch());
  }

  /** The same in a stage. */
  CanonicalNetwork in(Tuning stage) {
    return new CanonicalNetwork(config, configuration, classes, stage);
  }

  /** The top-level layers, as rules of a stage name them. */
  Children children() {
    boolean own = config.model().architecture().foreignKey().isEmpty();
    Set<String> head = new HashSet<>(configuration.getNetworkOutputs());
    head.addAll(config.model().headVertices());
    return Children.of(
        List.copyOf(configuration.getVertices().keySet()),
        head,
        own ? Children.OWN : Children.OTHERS);
  }

  /** What lies where; the network is built for it. */
  ParameterLayout layout() {
    return layout(configuration);
  }

  /** Layers whose weights a file does not give, or not all of them: such as a head anew. */
  Set<String> started(Configuration hadoop) throws IOException {
    Optional<GivenWeights> given = GivenWeights.of(config, classes, hadoop);
    ComputationGraph net = blank();
    try {
      return given
          .map(each -> each.transfer(net, classes).started())
          .orElseGet(() -> Set.copyOf(configuration.getVertices().keySet()));
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }

  /** Factor of the rate for weights that come from a model, where a stage says nothing or this. */
  double pretrainedRate(Double given) {
    return given != null ? given : config.init().pretrained().isEmpty() ? 1 : PRETRAINED_RATE;
  }

  /** Parameters trained in ways of their own, in words; the network is built only for them. */
  List<String> groups() {
    return config.optimizer().groups().isEmpty() && tuning.rates().isEmpty()
        ? List.of()
        : GroupWords.of(config.optimizer(), layout(configuration), tuning);
  }

  /** How large it is, and what of it is trained; it is built only where that may be a part. */
  NetworkSize size() {
    ImageShape shape = shape(config);
    boolean mayFreeze =
        config.model().architecture().foreignKey().isPresent()
            || !tuning.frozen().isEmpty()
            || config.optimizer().groups().stream().anyMatch(ParameterGroup::frozen);
    if (!mayFreeze) {
      return NetworkSize.of(configuration, shape.height(), shape.width(), shape.channels());
    }
    ParameterLayout layout = layout(configuration);
    ParameterGroups groups = ParameterGroups.of(config.optimizer().groups(), layout, tuning);
    return NetworkSize.of(
        configuration, shape.height(), shape.width(), shape.channels(), layout, groups::moves);
  }

  /** Whether something in it is frozen. */
  boolean isPart() {
    return size().isPart();
  }

  /**
   * All below the lowest layer that is trained, to be asked alone.
   *
   * @param key names it and its weights
   * @param images height, width and channels of an image
   * @param rows images of a pass
   */
  FeatureSpec trunk(String key, List<Integer> images, int rows) {
    ParameterLayout layout = layout(configuration);
    ParameterGroups groups = ParameterGroups.of(config.optimizer().groups(), layout, tuning);
    return FeatureSpec.of(
        key, configuration, layout, groups::moves, config.training().fastPath(), images, rows);
  }

  private static ParameterLayout layout(ComputationGraphConfiguration network) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    net.init();
    ParameterLayout layout = ParameterLayout.of(net);
    NativeMemory.freeUnrun(net);
    return layout;
  }
}
