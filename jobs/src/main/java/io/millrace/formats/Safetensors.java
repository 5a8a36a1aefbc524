package io.millrace.formats;

import io.millrace.model.ModelCard;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * A safetensors file: its header is read and checked, of its data only what is asked for. Arrays of
 * F32, F16 and BF16 become floats, exactly. A file of {@link SafetensorsWriter} holds the model's
 * card too. Runs on the driver.
 */
public final class Safetensors implements WeightFile {
  /** Text of the metadata that holds a model's card. */
  public static final String CARD = "millrace.json";

  /** PyTorch counts in it the minibatches that a batch norm has seen. */
  private static final String COUNTER = "num_batches_tracked";

  private static final String WHAT = "weights";
  private static final int CHUNK = 1 << 20;

  private final Configuration hadoop;
  private final String path;
  private final SafetensorsHeader header;
  private final ModelCard card;

  private Safetensors(Configuration hadoop, String path, SafetensorsHeader header, ModelCard card) {
    this.hadoop = hadoop;
    this.path = path;
    this.header = header;
    this.card = card;
  }

  /**
   * Opens the file at a Hadoop path.
   *
   * @throws IOException in one line if it is missing, or breaks a rule of the format
   */
  public static Safetensors open(Configuration hadoop, String path) throws IOException {
    return GivenFile.read(
        hadoop,
        path,
        WHAT,
        file -> {
          try (InputStream in = file.open()) {
            SafetensorsHeader header = SafetensorsHeader.read(in, file.size());
            return new Safetensors(hadoop, path, header, card(header));
          }
        });
  }

  private static ModelCard card(SafetensorsHeader header) throws IOException {
    String json = header.metadata().get(CARD);
    try {
      return json == null ? null : ModelCard.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new WrongInputException(CARD + ": " + e.getMessage(), e);
    }
  }

  /** The texts that the file holds beside its arrays. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  @Override
  public Map<String, List<Long>> shapes() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Tensor tensor : header.tensors()) {
      if (!isCounter(tensor)) {
        shapes.put(tensor.name(), tensor.shape());
      }
    }
    return shapes;
  }

  @Override
  public int counters() {
    return (int) header.tensors().stream().filter(Safetensors::isCounter).count();
  }

  private static boolean isCounter(Tensor tensor) {
    return tensor.name().endsWith(COUNTER) && !tensor.type().isReadable();
  }

  @Override
  public void read(Collection<String> names, Taker taker) throws IOException {
    GivenFile.read(
        hadoop,
        path,
        WHAT,
        file -> {
          requireUnchanged(file);
          Set<String> left = new HashSet<>(names);
          try (InputStream in = file.open()) {
            in.skipNBytes(header.data());
            long at = 0;
            for (Tensor tensor : header.tensors()) {
              if (left.remove(tensor.name())) {
                in.skipNBytes(tensor.begin() - at);
                at = tensor.end();
                taker.take(tensor.name(), values(in, tensor));
              }
            }
          }
          if (!left.isEmpty()) {
            throw new WrongInputException("it has no " + Words.some(List.copyOf(left)));
          }
          return null;
        });
  }

  private void requireUnchanged(GivenFile file) throws IOException {
    try (InputStream in = file.open()) {
      if (!SafetensorsHeader.read(in, file.size()).equals(header)) {
        throw new WrongInputException("it has changed since it was opened");
      }
    }
  }

  private static float[] values(InputStream in, Tensor tensor) throws IOException {
    TensorType type = tensor.type();
    if (!type.isReadable()) {
      throw new WrongInputException(
          "%s holds %s (must be F32, F16 or BF16)".formatted(Words.line(tensor.name()), type));
    }
    if ((tensor.end() - tensor.begin()) / type.bytes > Integer.MAX_VALUE - 8) {
      throw new WrongInputException(
          "%s has the shape %s (must be below 2^31 elements)"
              .formatted(Words.line(tensor.name()), tensor.shape()));
    }
    float[] values = new float[tensor.length()];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at < values.length) {
      int n = Math.min(CHUNK / type.bytes, values.length - at);
      if (in.readNBytes(bytes.array(), 0, n * type.bytes) < n * type.bytes) {
        throw new WrongInputException("it ends within " + Words.line(tensor.name()));
      }
      bytes.clear();
      for (int i = 0; i < n; i++) {
        values[at++] = type.read(bytes);
      }
    }
    return values;
  }

  @Override
  public Optional<ModelCard> card() {
    return Optional.ofNullable(card);
  }

  @Override
  public String format() {
    return "safetensors";
  }
}
