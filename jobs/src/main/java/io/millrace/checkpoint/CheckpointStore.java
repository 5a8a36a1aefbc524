package io.millrace.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.model.ModelCard;
import io.millrace.store.RunFolder;
import io.millrace.training.MasterWeights;
import io.millrace.wire.WeightVector;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run, one folder an epoch. The manifest with sizes and SHA-256 is written
 * last: a folder without one is not a checkpoint, and one that does not match is damaged. Lives on
 * the driver.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int FORMAT = 1;
  private static final String MANIFEST = "manifest.json";
  private static final String PARAMETERS = "parameters.f32";
  private static final String STATE = "state.f32";
  private static final String CONFIG = "config.yaml";
  private static final String CARD = "millrace.json";

  record Entry(long bytes, String sha256) {}

  record Manifest(
      int format, int epoch, long update, Fingerprints fingerprints, Map<String, Entry> files) {}

  private final RunFolder folder;
  private final int keep;

  /** The checkpoints of a run, of which the newest {@code keep} are kept. */
  public CheckpointStore(RunFolder folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /** Writes a checkpoint, then deletes those that are too old to keep. */
  public void write(Checkpoint checkpoint) throws IOException {
    MasterWeights weights = checkpoint.weights();
    String at = at(name(weights.epoch()));
    folder.delete(at);
    Map<String, Entry> files = new TreeMap<>();
    files.put(PARAMETERS, write(at + PARAMETERS, floats(weights.parameters())));
    files.put(STATE, write(at + STATE, floats(weights.state())));
    byte[] config = checkpoint.config().getBytes(StandardCharsets.UTF_8);
    files.put(CONFIG, write(at + CONFIG, out -> out.write(config)));
    if (checkpoint.card().isPresent()) {
      byte[] card = checkpoint.card().get().toJson().getBytes(StandardCharsets.UTF_8);
      files.put(CARD, write(at + CARD, out -> out.write(card)));
    }
    Manifest manifest =
        new Manifest(FORMAT, weights.epoch(), weights.update(), checkpoint.fingerprints(), files);
    folder.write(at + MANIFEST, JSON.writeValueAsBytes(manifest));
    List<String> names = names();
    for (String old : names.subList(0, Math.max(0, names.size() - keep))) {
      folder.delete(at(old));
    }
  }

  /** The newest whole checkpoint; incomplete and damaged ones are passed over with a warning. */
  public Optional<Checkpoint> latest() throws IOException {
    List<String> names = names();
    for (int i = names.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(read(folder, at(names.get(i))));
      } catch (IOException e) {
        LOG.warn("{}; trying the one before", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Path of the newest checkpoint, if there is one. */
  public Optional<String> newest() throws IOException {
    return names().stream().reduce((older, newer) -> newer).map(name -> folder.path(at(name)));
  }

  /** Path of the checkpoint of an epoch. */
  String path(int epoch) {
    return folder.path(at(name(epoch)));
  }

  /** Reads the checkpoint at a Hadoop path, or says why it cannot be used. */
  public static Checkpoint read(Configuration hadoop, String path) throws IOException {
    Path at = new Path(path);
    if (at.isRoot()) {
      throw new IOException("Cannot read checkpoint " + path + ": it is no checkpoint folder");
    }
    return read(RunFolder.existing(hadoop, at.getParent()), at.getName() + "/");
  }

  /**
   * Deletes the checkpoints of epochs after {@code epoch}: what another course of the run left must
   * not be taken for this one's newest.
   */
  public void discardAfter(int epoch) throws IOException {
    for (String name : names()) {
      if (name.compareTo(name(epoch)) > 0) {
        folder.delete(at(name));
      }
    }
  }

  private static Checkpoint read(RunFolder folder, String at) throws IOException {
    try {
      Manifest manifest = manifest(folder, at);
      Map<String, Entry> files = manifest.files();
      byte[] config = read(folder, at, CONFIG, files, InputStream::readAllBytes);
      MasterWeights weights =
          new MasterWeights(
              read(folder, at, PARAMETERS, files, floats(files.get(PARAMETERS))),
              read(folder, at, STATE, files, floats(files.get(STATE))),
              manifest.update(),
              manifest.epoch());
      Optional<ModelCard> card =
          files.containsKey(CARD)
              ? Optional.of(
                  ModelCard.parse(read(folder, at, CARD, files, InputStream::readAllBytes)))
              : Optional.empty();
      return new Checkpoint(
          weights, manifest.fingerprints(), new String(config, StandardCharsets.UTF_8), card);
    } catch (IOException e) {
      String reason =
          e instanceof FileNotFoundException
              ? "a file is missing: " + e.getMessage()
              : e.getMessage();
      throw new IOException("Cannot read checkpoint " + folder.path(at) + ": " + reason, e);
    }
  }

  private static Manifest manifest(RunFolder folder, String at) throws IOException {
    String text =
        folder
            .text(at + MANIFEST)
            .orElseThrow(() -> new IOException(MANIFEST + " is missing, so it is incomplete"));
    try {
      int format = JSON.readTree(text).path("format").asInt();
      if (format != FORMAT) {
        throw new IOException("its format is %d (must be %d)".formatted(format, FORMAT));
      }
      Manifest manifest = JSON.readValue(text, Manifest.class);
      if (manifest.fingerprints() == null
          || manifest.files() == null
          || !manifest.files().keySet().containsAll(List.of(CONFIG, PARAMETERS, STATE))) {
        throw new IOException(MANIFEST + " does not list all files");
      }
      return manifest;
    } catch (JsonProcessingException e) {
      throw new IOException(MANIFEST + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  private interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  private static Reader<WeightVector> floats(Entry entry) throws IOException {
    if (entry.bytes() < 0 || entry.bytes() > 4L * Integer.MAX_VALUE || entry.bytes() % 4 != 0) {
      throw new IOException("a size in " + MANIFEST + " is not that of a vector of floats");
    }
    return in -> WeightVector.read(entry.bytes() / 4, ByteOrder.LITTLE_ENDIAN, in);
  }

  private static <T> T read(
      RunFolder folder, String at, String file, Map<String, Entry> files, Reader<T> reader)
      throws IOException {
    Entry entry = files.get(file);
    long size = folder.size(at + file);
    if (size != entry.bytes()) {
      throw new IOException(
          size < 0
              ? file + " is missing"
              : "%s has %d bytes (must be %d)".formatted(file, size, entry.bytes()));
    }
    try (DigestInputStream in = new DigestInputStream(folder.open(at + file), sha256())) {
      T content = reader.read(in);
      if (!hex(in.getMessageDigest()).equals(entry.sha256())) {
        throw new IOException(file + " is damaged: its SHA-256 does not match");
      }
      return content;
    }
  }

  private Entry write(String file, RunFolder.Content content) throws IOException {
    MessageDigest digest = sha256();
    folder.write(file, out -> content.writeTo(new DigestOutputStream(out, digest)));
    return new Entry(folder.size(file), hex(digest));
  }

  private static RunFolder.Content floats(WeightVector values) {
    return out -> values.write(ByteOrder.LITTLE_ENDIAN, out);
  }

  private List<String> names() throws IOException {
    return folder.list(RunFolder.CHECKPOINTS).stream()
        .filter(name -> name.matches("epoch-\\d{4,}"))
        .sorted()
        .toList();
  }

  private static String name(int epoch) {
    return "epoch-%04d".formatted(epoch);
  }

  private static String at(String name) {
    return RunFolder.CHECKPOINTS + "/" + name + "/";
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
