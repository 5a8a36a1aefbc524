package io.millrace.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.store.JsonReason;
import io.millrace.store.RunFolder;
import io.millrace.store.Sealed;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.Optional;

/** The files of a line: JSON that guards itself, of a format with a number. */
final class SealedJson {
  static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final String FORMAT = "format";

  private SealedJson() {}

  static void write(RunFolder folder, String file, int format, ObjectNode value)
      throws IOException {
    folder.write(file, Sealed.text(value.put(FORMAT, format)));
  }

  /**
   * Reads a file, if it is there.
   *
   * @throws WrongInputException in one line for one that is not as it was written
   */
  static Optional<ObjectNode> read(RunFolder folder, String file, int format) throws IOException {
    Optional<String> text = folder.text(file);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    JsonNode read;
    try {
      read = MAPPER.readTree(text.get());
    } catch (JsonProcessingException e) {
      throw damaged(folder, file, "it is no JSON", e);
    }
    int found = read == null ? 0 : read.path(FORMAT).asInt(0);
    if (found > format) {
      throw damaged(
          folder, file, "it has format %d, this Millrace reads %d".formatted(found, format), null);
    }
    if (!Sealed.open(read)) {
      throw damaged(folder, file, "it was changed after it was written", null);
    }
    return Optional.of((ObjectNode) read);
  }

  static <T> T value(RunFolder folder, String file, ObjectNode read, Class<T> type)
      throws IOException {
    try {
      return MAPPER.treeToValue(read, type);
    } catch (JsonProcessingException e) {
      throw damaged(folder, file, JsonReason.of(e), e);
    }
  }

  private static WrongInputException damaged(
      RunFolder folder, String file, String why, Exception cause) {
    return new WrongInputException("Cannot read %s: %s".formatted(folder.path(file), why), cause);
  }
}
