package io.millrace.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.millrace.store.WrongInputException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes with the length n of a JSON object, little-endian, the
 * n bytes of it, which may end in spaces, then the data of all arrays, one after the other, without
 * holes and to the end of the file. Each array has {@code dtype}, {@code shape} and {@code
 * data_offsets}; {@code __metadata__} holds texts. What breaks a rule of the format is refused, and
 * nothing but the header is held. Format: github.com/huggingface/safetensors.
 *
 * @param tensors the arrays in the order of their data
 * @param metadata the texts
 * @param data first byte of the data in the file
 */
record SafetensorsHeader(List<Tensor> tensors, Map<String, String> metadata, long data) {
  static final String METADATA = "__metadata__";

  /** Bytes of the largest header that is read; one of a thousand arrays has about 100 kB. */
  static final int MAX_BYTES = 16 << 20;

  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_AXES = 8;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // nothing of it outlives the file
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(3).build())
          .build();

  /**
   * Reads it.
   *
   * @param size bytes of the whole file
   * @throws WrongInputException with the reason if it is not of this format
   */
  static SafetensorsHeader read(InputStream in, long size) throws IOException {
    if (size < Long.BYTES) {
      throw new WrongInputException("it is no safetensors file: it has %d bytes".formatted(size));
    }
    long length = Long.reverseBytes(new DataInputStream(in).readLong());
    if (length < 2 || length > size - Long.BYTES) {
      throw new WrongInputException(
          "it is no safetensors file: its header claims %s bytes (must be 2 to %d)"
              .formatted(Long.toUnsignedString(length), size - Long.BYTES));
    }
    if (length > MAX_BYTES) {
      throw new WrongInputException(
          "its header has %d bytes (must be <= %d)".formatted(length, MAX_BYTES));
    }
    byte[] json = in.readNBytes((int) length);
    if (json.length < length) {
      throw new WrongInputException("it ends in its header");
    }
    if (json[0] != '{') {
      throw new WrongInputException("it is no safetensors file: its header does not start with {");
    }
    try (JsonParser parser = JSON.createParser(text(json))) {
      return new SafetensorsHeader(new ArrayList<>(), new LinkedHashMap<>(), Long.BYTES + length)
          .parse(parser, size);
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new WrongInputException("its header is no right JSON: " + Words.line(reason), e);
    }
  }

  private static String text(byte[] json) throws WrongInputException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw new WrongInputException("its header is not UTF-8", e);
    }
  }

  private SafetensorsHeader parse(JsonParser parser, long size) throws IOException {
    parser.nextToken(); // the brace that was seen
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.getCurrentName();
      if (name.equals(METADATA)) {
        texts(parser);
      } else if (tensors.size() == MAX_TENSORS) {
        throw new WrongInputException("it has more than %d arrays".formatted(MAX_TENSORS));
      } else {
        tensors.add(tensor(parser, name));
      }
    }
    if (parser.nextToken() != null) {
      throw new WrongInputException("its header goes on behind its end");
    }
    tensors.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end));
    requireNoHoles(size - data);
    return this;
  }

  private void texts(JsonParser parser) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT, METADATA, "must hold texts");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.getCurrentName();
      require(parser.nextToken() == JsonToken.VALUE_STRING, METADATA, "must hold texts");
      metadata.put(key, parser.getText());
    }
  }

  private static Tensor tensor(JsonParser parser, String name) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT, name, "must be an object");
    TensorType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.getCurrentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = type(parser, name);
        case "shape" -> shape = numbers(parser, name, MAX_AXES);
        case "data_offsets" -> offsets = numbers(parser, name, 2);
        default -> require(false, name, "has the key " + Words.line(key));
      }
    }
    require(
        type != null && shape != null && offsets != null && offsets.size() == 2,
        name,
        "must have dtype, shape and two data_offsets");
    long begin = offsets.get(0);
    long end = offsets.get(1);
    require(begin <= end, name, "ends at %d, before it begins at %d".formatted(end, begin));
    require(
        bytes(shape, type) == end - begin,
        name,
        "has %d bytes, %s of %s do not".formatted(end - begin, shape, type));
    return new Tensor(name, type, List.copyOf(shape), begin, end);
  }

  private static TensorType type(JsonParser parser, String name) throws IOException {
    String word = parser.getText();
    for (TensorType type : TensorType.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    throw new WrongInputException(
        "%s holds %s, which is no known type".formatted(Words.line(name), Words.line(word)));
  }

  private static List<Long> numbers(JsonParser parser, String name, int most) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY, name, "must have lists of numbers");
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "must have whole numbers");
      String text = parser.getText();
      require(
          text.length() <= 18 && text.charAt(0) != '-',
          name,
          "has the number " + Words.line(text) + " (must be from 0 to 10^18)");
      numbers.add(Long.parseLong(text));
      require(numbers.size() <= most, name, "has more than " + most + " numbers in a list");
    }
    return numbers;
  }

  /** Bytes of an array, -1 for more than can be counted. */
  private static long bytes(List<Long> shape, TensorType type) {
    try {
      long bytes = type.bytes;
      for (long side : shape) {
        bytes = Math.multiplyExact(bytes, side);
      }
      return bytes;
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private void requireNoHoles(long size) throws IOException {
    long at = 0;
    for (Tensor tensor : tensors) {
      require(
          tensor.begin() == at,
          tensor.name(),
          "begins at %d (must be %d, where the one before ends)".formatted(tensor.begin(), at));
      at = tensor.end();
    }
    if (at != size) {
      throw new WrongInputException(
          "its arrays have %d bytes, the file has %d for them".formatted(at, size));
    }
  }

  private static void require(boolean right, String name, String reason) throws IOException {
    if (!right) {
      throw new WrongInputException(Words.line(name) + " " + reason);
    }
  }
}
