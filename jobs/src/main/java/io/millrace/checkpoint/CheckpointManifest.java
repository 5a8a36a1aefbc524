package io.millrace.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.backend.Compute;
import io.millrace.state.Position;
import io.millrace.store.JsonReason;
import io.millrace.store.Sealed;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The file of a checkpoint that is written last: what it is, and which files belong to it. It
 * guards itself ({@link Sealed}).
 *
 * @param format version of this format
 * @param stage the stage that trains, from 0
 * @param epoch epochs done
 * @param update updates done
 * @param round rounds done of the epoch after them
 * @param roundUpdates updates of these
 * @param tally what these have come to, null where there are none
 * @param fingerprints what it belongs to
 * @param best the best epoch so far, null where there is none
 * @param compute what the workers computed with, null where that is not known
 * @param figures what is remembered, by the name of who remembers it; its vectors are files
 * @param files by what they hold
 */
record CheckpointManifest(
    int format,
    int stage,
    int epoch,
    long update,
    int round,
    int roundUpdates,
    @JsonInclude(JsonInclude.Include.NON_NULL) TallyFile tally,
    Fingerprints fingerprints,
    Best best,
    Compute compute,
    Map<String, Map<String, Double>> figures,
    Map<String, Entry> files) {
  static final String FILE = "manifest.json";
  static final int FORMAT = 4;

  /** The first format that is still read: before figures, and before stages and rounds. */
  private static final int EARLIEST = 2;

  /** The last format that was not sealed. */
  private static final int UNSEALED = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * A file of the checkpoint.
   *
   * @param name in its folder
   * @param bytes its size
   * @param sha256 of its bytes, in hexadecimal
   */
  record Entry(String name, long bytes, String sha256) {}

  /** A format of before has no figures. */
  CheckpointManifest {
    figures = figures == null ? Map.of() : figures;
  }

  String toText() {
    return Sealed.text(JSON.valueToTree(this));
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @param needed what there must be a file of
   * @throws DamagedCheckpointException if it is not what was written
   * @throws IOException if it is whole, and of another format
   */
  static CheckpointManifest parse(String text, List<String> needed) throws IOException {
    JsonNode json = tree(text);
    boolean whole = Sealed.open(json);
    int format = json.path("format").asInt();
    if (whole ? format < EARLIEST || format > FORMAT : format == UNSEALED) {
      throw new WrongInputException(
          "its format is %d (must be %d: resume with the Millrace that wrote it)"
              .formatted(format, FORMAT));
    }
    if (!whole) {
      throw new DamagedCheckpointException(FILE + " is damaged: its SHA-256 does not match");
    }
    try {
      CheckpointManifest manifest = JSON.treeToValue(json, CheckpointManifest.class);
      manifest.check(needed);
      return manifest;
    } catch (JsonProcessingException e) {
      throw new WrongInputException(FILE + " is not valid: " + JsonReason.of(e), e);
    }
  }

  /** What was read; nothing where it is no JSON. */
  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private void check(List<String> needed) throws IOException {
    if (fingerprints == null || files == null || !files.keySet().containsAll(needed)) {
      throw new WrongInputException(FILE + " does not list all files");
    }
    boolean begun = epoch > 0 || round > 0;
    if (!begun || update - roundUpdates < epoch) {
      throw new WrongInputException(
          "%s names update %d of epoch %d (must be >= 1, with an update an epoch)"
              .formatted(FILE, update, epoch));
    }
    try {
      position();
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("%s has an %s".formatted(FILE, e.getMessage()), e);
    }
    if ((tally == null ? 0 : tally.rounds()) != round) {
      throw new WrongInputException(
          "%s has the tally of %d rounds (must be of %d)"
              .formatted(FILE, tally == null ? 0 : tally.rounds(), round));
    }
  }

  /** How far the run had come. */
  Position position() {
    return new Position(stage, epoch, round, roundUpdates, update);
  }
}
