package io.millrace.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * JSON that guards itself: the SHA-256 of all other values is its last key, so that no changed or
 * lost value of a manifest is taken for what was written. How the text is laid out does not matter.
 */
public final class Sealed {
  private static final String SEAL = "digest";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Sealed() {}

  /** The text of an object with its seal, without the secrets of this process. */
  public static String text(ObjectNode given) {
    try {
      String all = given.toString();
      String kept = Redaction.of(all);
      ObjectNode object = kept.equals(all) ? given : (ObjectNode) JSON.readTree(kept);
      return JSON.writeValueAsString(
              object.deepCopy().put(SEAL, DigestUtils.sha256Hex(object.toString())))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes the seal off what was read; false if it is missing or does not match. */
  public static boolean open(JsonNode read) {
    return read instanceof ObjectNode object
        && object.remove(SEAL) instanceof TextNode seal
        && seal.asText().equals(DigestUtils.sha256Hex(object.toString()));
  }
}
