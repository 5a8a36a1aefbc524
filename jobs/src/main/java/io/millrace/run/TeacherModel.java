package io.millrace.run;

import io.millrace.dataset.PreparedDataset;
import io.millrace.epoch.DistillationConfig;
import io.millrace.formats.ModelZip;
import io.millrace.model.ClassMatch;
import io.millrace.model.ClassOutput;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.NativeMemory;
import io.millrace.plan.NetworkSize;
import io.millrace.plan.TeacherNeed;
import io.millrace.replica.TeacherSpec;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The model that teaches a run: read, matched with the set's classes, and tried on an image, before
 * any task starts. Lives on the driver.
 *
 * @param config what the run wants of it
 * @param sha256 of its file, in hexadecimal
 * @param network its configuration; the outputs are logits
 * @param parameters its flat parameters, [P]
 * @param outputs for each class of the set its output
 * @param card what it says of itself
 */
record TeacherModel(
    DistillationConfig config,
    String sha256,
    ComputationGraphConfiguration network,
    WeightVector parameters,
    int[] outputs,
    Optional<ModelCard> card) {
  /**
   * The teacher of a config, if it names one.
   *
   * @throws IllegalArgumentException in one line for a model that cannot teach this set
   * @throws IOException in one line for one that cannot be read
   */
  static Optional<TeacherModel> of(
      DistillationConfig config, PreparedDataset data, Configuration hadoop) throws IOException {
    if (config.teacher() == null) {
      return Optional.empty();
    }
    SavedModel saved = SavedModel.read(hadoop, config.teacher());
    ModelZip zip = saved.zip();
    String sha256 = saved.sha256(hadoop);
    List<String> classes = zip.card().map(ModelCard::classes).orElse(data.classes());
    try {
      return Optional.of(
          new TeacherModel(
              config,
              sha256,
              logits(network(zip)),
              zip.parameters(),
              outputs(classes, data.classes()),
              zip.card()));
    } catch (IllegalArgumentException e) {
      throw refusal(config, e.getMessage());
    }
  }

  private static ComputationGraphConfiguration network(ModelZip zip) {
    try {
      return NetworkJson.read(zip.configuration());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("hold a DL4J network", e);
    }
  }

  /** The network up to its softmax. */
  private static ComputationGraphConfiguration logits(ComputationGraphConfiguration network) {
    if (network.getNetworkInputs().size() != 1 || network.getNetworkOutputs().size() != 1) {
      throw new IllegalArgumentException("have one input and one output");
    }
    ComputationGraphConfiguration linear = NetworkCopy.of(network);
    ClassOutput.of(linear).giveLogits();
    return linear;
  }

  private static int[] outputs(List<String> model, List<String> set) {
    ClassMatch match = new ClassMatch(model, set);
    if (!match.unknown().isEmpty()) {
      throw new IllegalArgumentException(
          "know all classes of the set, it does not know " + ClassMatch.named(match.unknown()));
    }
    return match.outputs();
  }

  /**
   * Refuses a model that sees images otherwise than the run's network does.
   *
   * @param input the run's
   */
  void check(ModelInput input) {
    card.ifPresent(said -> compare(said.input(), input));
    tryOn(input);
  }

  private void compare(ModelInput own, ModelInput run) {
    if (own.height() != run.height()
        || own.width() != run.width()
        || own.channels() != run.channels()) {
      throw refusal(
          config, "take the run's images of %s, it takes %s".formatted(shape(run), shape(own)));
    }
    if (!own.isNormalisedBy(run.means(), run.deviations())) {
      throw refusal(
          config,
          "take images as the run normalises them, %s; it takes them with %s"
              .formatted(run.normalisation(), own.normalisation()));
    }
  }

  private static String shape(ModelInput input) {
    return "%d x %d x %d (height x width x channels)"
        .formatted(input.height(), input.width(), input.channels());
  }

  private void tryOn(ModelInput input) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    try {
      net.init();
      if (net.numParams() != parameters.length()) {
        throw refusal(
            config,
            "hold the %d parameters of its own network, it has %d"
                .formatted(net.numParams(), parameters.length()));
      }
      INDArray image =
          Nd4j.zeros(DataType.FLOAT, 1, input.channels(), input.height(), input.width());
      long given = net.outputSingle(image).length();
      int classes = card.map(said -> said.classes().size()).orElse(outputs.length);
      if (given != classes) {
        throw refusal(
            config,
            "have an output for each of its %d classes, it has %d".formatted(classes, given));
      }
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw refusal(
          config,
          "take images of %s: %s"
              .formatted(
                  shape(input),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString())));
    } finally {
      NativeMemory.free(net);
    }
  }

  private static IllegalArgumentException refusal(DistillationConfig config, String rule) {
    return new IllegalArgumentException(
        "Invalid loss.distillation.teacher: %s (must %s)".formatted(config.teacher(), rule));
  }

  /** What replicas make it of; the weights are sent once, and to be let go of at the run's end. */
  TeacherSpec spec(JavaSparkContext spark) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    net.init();
    TeacherSpec spec =
        new TeacherSpec(
            NetworkJson.of(network),
            ParameterLayout.of(net),
            spark.broadcast(parameters.slices()),
            outputs,
            config.cacheBytes());
    NativeMemory.freeUnrun(net);
    return spec;
  }

  /**
   * What it costs.
   *
   * @param input of the run
   * @param batch examples of a worker's minibatch
   * @param examples of the training set
   */
  TeacherNeed need(ModelInput input, int batch, long examples) {
    NetworkSize size = NetworkSize.of(network, input.height(), input.width(), input.channels());
    long logits = TeacherSpec.logitBytes(outputs.length) * examples;
    return new TeacherNeed(
        words(),
        Float.BYTES * parameters.length(),
        Float.BYTES * size.widest() * TeacherSpec.rows(batch),
        Math.min(config.cacheBytes(), logits));
  }

  /** Which model it is, for people. */
  private String words() {
    int known = card.map(said -> said.classes().size()).orElse(outputs.length);
    boolean ordered = IntStream.range(0, outputs.length).allMatch(k -> outputs[k] == k);
    String match =
        card.isEmpty()
            ? "which does not say its classes and input: they are taken to be the set's and the run's"
            : known > outputs.length
                ? "of whose %,d classes those of the set teach".formatted(known)
                : ordered ? "" : "whose classes are matched by name";
    return config.teacher() + (match.isEmpty() ? "" : ", " + match);
  }
}
