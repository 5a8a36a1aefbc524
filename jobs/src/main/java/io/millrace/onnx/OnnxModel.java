package io.millrace.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ClassOutput;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.StockNetwork;
import io.millrace.wire.WeightVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A classifier as an ONNX model: {@code images} [batch, C, H, W] in, as its metadata say, {@code
 * logits} and {@code probabilities} [batch, K] out. A network that does not end in softmax has
 * {@code logits} alone: what its output layer gives. Lives on the driver.
 */
public final class OnnxModel {
  /** The input, {@code [batch, C, H, W]}. */
  public static final String IMAGES = "images";

  /** The first output, {@code [batch, K]}. */
  public static final String LOGITS = "logits";

  /** The softmax of that. */
  public static final String PROBABILITIES = "probabilities";

  private static final long IR_VERSION = 7;
  private static final long OPERATORS = 13;

  /** A message of protocol buffers has less than 2 GiB. */
  private static final long MOST_PARAMETERS = (Integer.MAX_VALUE - (16 << 20)) / Float.BYTES;

  private static final ObjectMapper JSON = new ObjectMapper();

  private OnnxModel() {}

  /**
   * The model of a network.
   *
   * @param canonical of one input and one output
   * @param parameters its flat parameters, [P]
   * @param folds whether batch norms are folded into the layers before them
   * @throws IllegalArgumentException in one line for a layer, or a setting of one, that ONNX's
   *     operators do not have
   */
  public static ModelProto of(
      ComputationGraphConfiguration canonical,
      WeightVector parameters,
      ModelCard card,
      boolean folds) {
    if (parameters.length() > MOST_PARAMETERS) {
      throw new IllegalArgumentException(
          "Cannot export %,d parameters as ONNX: a file has at most 2 GiB"
              .formatted(parameters.length()));
    }
    ComputationGraphConfiguration linear = NetworkCopy.of(canonical);
    boolean softmax = ClassOutput.of(linear).endsInSoftmax();
    if (softmax) {
      ClassOutput.of(linear).giveLogits();
    }
    ComputationGraph net =
        folds ? StockNetwork.folded(linear, parameters) : StockNetwork.of(linear, parameters);
    try {
      return model(net, card, softmax);
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }

  private static ModelProto model(ComputationGraph net, ModelCard card, boolean softmax) {
    ModelInput input = card.input();
    OnnxGraph graph = new OnnxGraph(card.run().name());
    ImageShape images = new ImageShape(input.height(), input.width(), input.channels());
    String output = new OnnxNetwork(net, images, graph).write();
    graph.node("Identity", LOGITS, List.of(output));
    graph.output(LOGITS, card.classes().size());
    if (softmax) {
      graph.node("Softmax", PROBABILITIES, List.of(LOGITS), OnnxGraph.attribute("axis", 1));
      graph.output(PROBABILITIES, card.classes().size());
    }
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
            .setProducerName("millrace")
            .setProducerVersion(card.versions().getOrDefault("millrace", ""))
            .setDocString(card.run().network())
            .setGraph(graph.build());
    metadata(card)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  /** What an image becomes before the network sees it, and what its outputs mean. */
  private static Map<String, String> metadata(ModelCard card) {
    ModelInput input = card.input();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("classes", json(card.classes()));
    metadata.put("layout", input.layout());
    metadata.put("channel_order", input.channelOrder());
    metadata.put("height", Integer.toString(input.height()));
    metadata.put("width", Integer.toString(input.width()));
    metadata.put("range", json(input.range()));
    metadata.put("mean", json(input.mean()));
    metadata.put("deviation", json(input.deviation()));
    metadata.put("resize", input.resize());
    metadata.put("crop_share", Double.toString(input.cropShare()));
    metadata.put("millrace", card.toJson());
    return metadata;
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
