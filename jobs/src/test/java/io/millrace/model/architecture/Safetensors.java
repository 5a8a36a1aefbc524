package io.millrace.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ParameterSlot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays by name from a safetensors file: length of a JSON header, the header, raw bytes. */
public final class Safetensors {
  private final JsonNode header;
  private final ByteBuffer data;

  public Safetensors(String resource) throws IOException {
    try (InputStream in = Safetensors.class.getResourceAsStream(resource)) {
      ByteBuffer all = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      byte[] json = new byte[(int) all.getLong()];
      all.get(json);
      header = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
      data = all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  String metadata(String key) {
    return header.get("__metadata__").get(key).asText();
  }

  /** An array as floats, whether it is stored as F32 or I32. */
  public INDArray array(String name) {
    JsonNode entry = header.get(name);
    long[] shape = new long[entry.get("shape").size()];
    int length = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = entry.get("shape").get(i).asLong();
      length *= (int) shape[i];
    }
    int start = entry.get("data_offsets").get(0).asInt();
    boolean floats = entry.get("dtype").asText().equals("F32");
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      int at = start + i * Float.BYTES;
      values[i] = floats ? data.getFloat(at) : data.getInt(at);
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }

  /**
   * A parameter of the small residual net in DL4J's shape; PyTorch keeps dense weights as [out,
   * in].
   */
  public INDArray reference(String state, ParameterSlot slot) {
    INDArray found = array(state + "." + torch(slot));
    return found.rank() == 1
        ? found.reshape(1, found.length())
        : found.rank() == 2 ? found.transpose().dup('f') : found;
  }

  /** What the oracles, which are PyTorch's, call a parameter of the small residual net. */
  public static String torch(ParameterSlot slot) {
    String layer =
        slot.vertex()
            .replaceAll("^stem", "conv1")
            .replaceAll("^stage(\\d)_block1_", "layer$1.")
            .replaceAll("conv(\\d)_bn$", "bn$1")
            .replaceAll("shortcut_bn$", "down.1")
            .replaceAll("shortcut$", "down.0")
            .replaceAll("^output$", "fc");
    String name =
        switch (slot.kind()) {
          case WEIGHT, GAMMA -> "weight";
          case BIAS, BETA -> "bias";
          case MEAN -> "running_mean";
          case VARIANCE -> "running_var";
          case CENTER -> throw new IllegalArgumentException(slot.toString());
        };
    return layer + "." + name;
  }
}
