package io.millrace.formats;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.millrace.model.ModelCard;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Writes fp32 arrays as a safetensors file, byte for byte as Python's library does: metadata first,
 * arrays in the order of their names' bytes, no blanks, spaces up to a multiple of eight. Texts of
 * the metadata stand in the order of their keys, which there is left to chance.
 */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 18;
  private static final int ALIGNMENT = 8;

  private record Array(String name, List<Long> shape, Supplier<float[]> values) {
    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  private final Map<String, String> metadata;
  private final Map<ByteBuffer, Array> arrays = new TreeMap<>(SafetensorsWriter::compare);

  /** A file of these texts and no arrays yet. */
  public SafetensorsWriter(Map<String, String> metadata) {
    this.metadata = new TreeMap<>(metadata);
  }

  /**
   * Adds an array.
   *
   * @param values asked for when it is written, the last axis fastest
   * @throws IllegalArgumentException for a name that is there already, or is none
   */
  public SafetensorsWriter add(String name, List<Long> shape, Supplier<float[]> values) {
    Array array = new Array(name, List.copyOf(shape), values);
    boolean taken =
        name.equals(SafetensorsHeader.METADATA)
            || arrays.putIfAbsent(ByteBuffer.wrap(utf8(name)), array) != null;
    if (taken) {
      throw new IllegalArgumentException("Cannot write %s: the name is taken".formatted(name));
    }
    return this;
  }

  /** Adds the parameters of a network by their names in the file, to be read when it is written. */
  public SafetensorsWriter add(List<NamedParameter> parameters) {
    parameters.forEach(each -> add(each.name(), each.shape(), each::values));
    return this;
  }

  /** Adds what the model says of itself, which {@link Safetensors} reads back. */
  public SafetensorsWriter add(ModelCard card) {
    metadata.put(Safetensors.CARD, card.toJson());
    return this;
  }

  /** Writes the file; one array is held at a time. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    out.write(little(Long.BYTES).putLong(header.length).array());
    out.write(header);
    for (Array array : arrays.values()) {
      float[] values = array.values.get();
      if (values.length != array.elements()) {
        throw new IllegalArgumentException(
            "Cannot write %s: it has %d elements, %s do not"
                .formatted(array.name, values.length, array.shape));
      }
      for (int at = 0; at < values.length; at += CHUNK) {
        int n = Math.min(CHUNK, values.length - at);
        ByteBuffer bytes = little(Float.BYTES * n);
        bytes.asFloatBuffer().put(values, at, n);
        out.write(bytes.array());
      }
    }
  }

  private byte[] header() {
    List<String> entries = new ArrayList<>();
    if (!metadata.isEmpty()) {
      List<String> texts = new ArrayList<>();
      metadata.forEach((key, text) -> texts.add(quoted(key) + ":" + quoted(text)));
      entries.add(quoted(SafetensorsHeader.METADATA) + ":{" + String.join(",", texts) + "}");
    }
    long begin = 0;
    for (Array array : arrays.values()) {
      long end = begin + Float.BYTES * array.elements();
      entries.add(
          "%s:{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(quoted(array.name), array.shape.toString().replace(" ", ""), begin, end));
      begin = end;
    }
    byte[] json = utf8("{" + String.join(",", entries) + "}");
    byte[] padded = Arrays.copyOf(json, -Math.floorDiv(-json.length, ALIGNMENT) * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int compare(ByteBuffer a, ByteBuffer b) {
    return Arrays.compareUnsigned(a.array(), b.array());
  }
}
