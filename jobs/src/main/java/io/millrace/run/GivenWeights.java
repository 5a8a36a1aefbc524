package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.formats.NamedParameter;
import io.millrace.formats.WeightFile;
import io.millrace.formats.WeightFiles;
import io.millrace.formats.WeightTransfer;
import io.millrace.model.ClassHead;
import io.millrace.model.ClassMatch;
import io.millrace.model.ImageShape;
import io.millrace.model.InputOrder;
import io.millrace.model.ModelCard;
import io.millrace.model.WeightNames;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.init.Pretrained;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that a run takes its first weights from. Lives on the driver.
 *
 * @param config the run's
 * @param how what it says of the file
 * @param file the file, of which nothing is read yet but what it holds
 */
public record GivenWeights(RunConfig config, Pretrained how, WeightFile file) {
  private static final String LAX =
      "; strict: false beside init's kind: pretrained and path takes what fits, with a new head for other classes";
  private static final Logger LOG = LoggerFactory.getLogger(GivenWeights.class);

  /**
   * The file that a config names, if it does.
   *
   * @throws IllegalArgumentException if it is not of the network, the classes or the channels of
   *     the run
   * @throws IOException if it cannot be read
   */
  static Optional<GivenWeights> of(RunConfig config, List<String> classes, Configuration hadoop)
      throws IOException {
    Optional<Pretrained> how = config.init().pretrained();
    if (how.isEmpty()) {
      return Optional.empty();
    }
    GivenWeights given =
        new GivenWeights(config, how.get(), WeightFiles.open(hadoop, how.get().path()));
    given.requireNames();
    if (how.get().strict()) {
      given.card().ifPresent(card -> given.requireClasses(card, classes));
    }
    return Optional.of(given);
  }

  /** What the model that the weights come from says of itself. */
  Optional<ModelCard> card() {
    return file.card();
  }

  private void requireNames() {
    boolean own = how.names() == WeightNames.OWN;
    if (!own && file.network().isPresent()) {
      throw new IllegalArgumentException(
          "Invalid init.names: %s (must be own for %s)"
              .formatted(how.names().word(), file.format()));
    }
    Architecture architecture = config.model().architecture();
    if (!own && architecture.layerNames(how.names()).isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid init.names: %s (must be own: it has no %s)"
              .formatted(how.names().word(), architecture.words()));
    }
  }

  private void requireClasses(ModelCard card, List<String> classes) {
    String difference = new ClassMatch(card.classes(), classes).difference();
    if (!difference.isEmpty()) {
      throw refused(
          "have the classes of %s: %s; source.classesFrom keeps the classes of an earlier set%s"
              .formatted(config.dataset().path(), difference, LAX));
    }
  }

  private IllegalArgumentException refused(String rule) {
    return new IllegalArgumentException(
        "Invalid %s: %s (must %s)".formatted(config.init().fileKey(), how.path(), rule));
  }

  /**
   * What an initialised network takes of the file.
   *
   * @throws IllegalArgumentException if it cannot, with what does not match
   */
  WeightTransfer transfer(ComputationGraph net, List<String> classes) {
    file.network()
        .flatMap(given -> InputOrder.difference(given, net.getConfiguration()))
        .ifPresent(
            difference -> {
              throw refused("have the parameters of this run's network: " + difference);
            });
    List<NamedParameter> parameters = parameters(net);
    try {
      return how.strict()
          ? WeightTransfer.strict(file, parameters)
          : WeightTransfer.whatFits(file, parameters, net, classes, head(net));
    } catch (IllegalArgumentException e) {
      String lax = how.strict() && fits(net, parameters, classes) ? LAX : "";
      throw refused("have the parameters of this run's network: " + e.getMessage() + lax);
    }
  }

  /** Whether something of the file could be taken. */
  private boolean fits(
      ComputationGraph net, List<NamedParameter> parameters, List<String> classes) {
    try {
      WeightTransfer.whatFits(file, parameters, net, classes, head(net));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The parameters of a network as the file calls them. */
  List<NamedParameter> parameters(ComputationGraph net) {
    return config
        .model()
        .architecture()
        .layerNames(how.names())
        .map(layers -> NamedParameter.pytorch(net, withHead(layers)))
        .orElseGet(() -> NamedParameter.own(net));
  }

  /** No library knows the layers that a config adds to a head. */
  private UnaryOperator<String> withHead(UnaryOperator<String> layers) {
    Set<String> own = config.model().headVertices();
    return vertex -> own.contains(vertex) ? vertex : layers.apply(vertex);
  }

  private Set<String> head(ComputationGraph net) {
    Set<String> head = new HashSet<>(net.getConfiguration().getNetworkOutputs());
    head.addAll(config.model().headVertices());
    return head;
  }

  /**
   * Copies what the file has to an initialised network, and puts its outputs in the order of the
   * run's classes.
   */
  void set(ComputationGraph net, List<String> classes) throws IOException {
    WeightTransfer transfer = transfer(net, classes);
    try {
      transfer.run();
    } catch (IllegalArgumentException e) {
      throw refused("hold weights: " + e.getMessage());
    }
    List<String> outputs = net.getConfiguration().getNetworkOutputs();
    boolean outputAnew =
        transfer.anew().stream().anyMatch(each -> outputs.contains(each.slot().vertex()));
    if (!transfer.head().isEmpty() || outputAnew) {
      return;
    }
    if (card().isEmpty()) {
      LOG.warn(
          "{} does not say its classes: they are taken to be those of the set, in order",
          how.path());
    } else if (!card().get().classes().equals(classes)) {
      order(net, new ClassMatch(card().get().classes(), classes));
    }
  }

  private void order(ComputationGraph net, ClassMatch match) {
    var input = config.input();
    try {
      ClassHead.reorder(
          net, match.outputs(), new ImageShape(input.height(), input.width(), input.channels()));
    } catch (IllegalArgumentException e) {
      throw refused(
          "have its classes in the order of %s: %s"
              .formatted(config.dataset().path(), e.getMessage()));
    }
    LOG.info("classes of {} are in another order than the set's: matched by name", how.path());
  }
}
