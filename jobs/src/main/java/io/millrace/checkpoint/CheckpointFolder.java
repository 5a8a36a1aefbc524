package io.millrace.checkpoint;

import io.millrace.checkpoint.CheckpointManifest.Entry;
import io.millrace.model.ModelCard;
import io.millrace.state.Memory;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.Content;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;

/**
 * The folder of one checkpoint. What is written becomes the checkpoint when its manifest takes the
 * place of the earlier one: until then the earlier one, if there is one, is whole, since no file of
 * it is written over. Lives on the driver.
 *
 * @param run the folder that it lies in
 * @param name its path there
 */
record CheckpointFolder(RunFolder run, String name) {
  private static final String PARAMETERS = "parameters.f32";
  private static final String STATE = "state.f32";
  private static final String CONFIG = "config.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final String DIAGNOSTICS = "diagnostics.jsonl";
  private static final String CARD = "millrace.json";
  private static final List<String> NEEDED = List.of(PARAMETERS, STATE, CONFIG, METRICS);

  /** What a name in the manifest says of a remembered vector: whose it is, and which. */
  private static final Pattern VECTOR = Pattern.compile("([\\w-]+)\\.([\\w-]+)\\.f64");

  /** Writes a checkpoint and returns the best epoch, with the sum of its parameters. */
  Best write(Checkpoint checkpoint) throws IOException {
    Set<String> before = new HashSet<>(run.list(name));
    if (!before.contains(CheckpointManifest.FILE)) {
      run.delete(name); // what somebody did not finish
      before.clear();
    }
    RunState state = checkpoint.state();
    Map<String, Entry> files = new TreeMap<>();
    files.put(PARAMETERS, write(free(PARAMETERS, before), floats(state.parameters())));
    files.put(STATE, write(free(STATE, before), floats(state.state())));
    files.put(CONFIG, write(free(CONFIG, before), text(checkpoint.config())));
    files.put(METRICS, write(free(METRICS, before), text(checkpoint.metrics())));
    if (!checkpoint.diagnostics().isEmpty()) {
      files.put(DIAGNOSTICS, write(free(DIAGNOSTICS, before), text(checkpoint.diagnostics())));
    }
    for (Map.Entry<String, WideVector> each : vectors(state).entrySet()) {
      files.put(each.getKey(), write(free(each.getKey(), before), each.getValue()::write));
    }
    if (checkpoint.card().isPresent()) {
      files.put(CARD, write(free(CARD, before), text(checkpoint.card().get().toJson())));
    }
    Best best = checkpoint.best();
    if (best != null && best.epoch() == state.epoch() && state.position().isBetweenEpochs()) {
      best = new Best(best.epoch(), best.metric(), best.value(), files.get(PARAMETERS).sha256());
    }
    String manifest =
        new CheckpointManifest(
                CheckpointManifest.FORMAT,
                state.position().stage(),
                state.epoch(),
                state.update(),
                state.position().round(),
                state.position().roundUpdates(),
                TallyFile.of(state.tally()),
                checkpoint.fingerprints(),
                best,
                checkpoint.compute(),
                figures(state),
                files)
            .toText();
    run.write(at(CheckpointManifest.FILE), manifest);
    if (!run.text(at(CheckpointManifest.FILE)).equals(Optional.of(manifest))) {
      throw unlike(CheckpointManifest.FILE);
    }
    for (String old : before) {
      if (!old.equals(CheckpointManifest.FILE)) {
        run.delete(at(old));
      }
    }
    return best;
  }

  /**
   * Reads the checkpoint.
   *
   * @throws DamagedCheckpointException if it is not what was written
   * @throws IOException if it cannot be read
   */
  Checkpoint read() throws IOException {
    try {
      CheckpointManifest manifest = manifest();
      Map<String, Entry> files = manifest.files();
      String config = read(files.get(CONFIG), CheckpointFolder::text);
      String metrics = read(files.get(METRICS), CheckpointFolder::text);
      RunState state =
          new RunState(
              read(files.get(PARAMETERS), CheckpointFolder::floats),
              read(files.get(STATE), CheckpointFolder::floats),
              manifest.position(),
              manifest.tally() == null ? Tally.NOTHING : manifest.tally().tally(),
              memories(manifest));
      Optional<ModelCard> card =
          files.containsKey(CARD)
              ? Optional.of(ModelCard.parse(read(files.get(CARD), CheckpointFolder::bytes)))
              : Optional.empty();
      String diagnostics =
          files.containsKey(DIAGNOSTICS)
              ? read(files.get(DIAGNOSTICS), CheckpointFolder::text)
              : "";
      return new Checkpoint(
          state,
          manifest.fingerprints(),
          config,
          card,
          metrics,
          diagnostics,
          manifest.best(),
          manifest.compute());
    } catch (DamagedCheckpointException e) {
      throw new DamagedCheckpointException(said(e), e);
    } catch (IOException e) {
      throw WrongInputException.of(said(e), e);
    }
  }

  /** Whether this is the checkpoint of a best epoch; its large files are not read. */
  boolean isOf(Best best) throws IOException {
    try {
      return sumOfParameters().equals(best.sha256());
    } catch (DamagedCheckpointException e) {
      return false;
    } catch (IOException e) {
      throw WrongInputException.of(said(e), e);
    }
  }

  /** SHA-256 of the parameters, as the manifest has it. */
  String sumOfParameters() throws IOException {
    return manifest().files().get(PARAMETERS).sha256();
  }

  /** What the manifest says. */
  CheckpointStore.Glance glance() throws IOException {
    CheckpointManifest manifest = manifest();
    return new CheckpointStore.Glance(manifest.figures(), manifest.files().containsKey(CARD));
  }

  /** Whether there is a manifest, so that this was a whole checkpoint once. */
  boolean committed() throws IOException {
    return run.size(at(CheckpointManifest.FILE)) >= 0;
  }

  /** Deletes it, the manifest first: half a folder is then no checkpoint. */
  void delete() throws IOException {
    run.delete(at(CheckpointManifest.FILE));
    run.delete(name);
  }

  String path() {
    return run.path(name);
  }

  private CheckpointManifest manifest() throws IOException {
    String text =
        run.text(at(CheckpointManifest.FILE))
            .orElseThrow(
                () ->
                    new DamagedCheckpointException(
                        CheckpointManifest.FILE + " is missing, so it is incomplete"));
    CheckpointManifest manifest = CheckpointManifest.parse(text, NEEDED);
    Optional<CheckpointName> said = CheckpointName.parse(new Path(name).getName());
    CheckpointName is = CheckpointName.of(manifest.position());
    if (said.isPresent() && !said.get().equals(is)) {
      throw new DamagedCheckpointException(
          "it is that of %s, by its manifest".formatted(manifest.position().words()));
    }
    return manifest;
  }

  private String said(IOException e) {
    return "Cannot read checkpoint %s: %s".formatted(path(), e.getMessage());
  }

  private String at(String file) {
    return name + "/" + file;
  }

  /** A name like {@code parameters.f32} that no file has. */
  private static String free(String file, Set<String> taken) {
    String name = file;
    for (int i = 2; taken.contains(name); i++) {
      name = file.replaceFirst("\\.", "." + i + ".");
    }
    return name;
  }

  /** Writes a file and reads it back: only what a reader will find is named in the manifest. */
  private Entry write(String file, Content content) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    run.write(at(file), out -> content.writeTo(new DigestOutputStream(out, digest)));
    String written = HexFormat.of().formatHex(digest.digest());
    try (InputStream in = run.open(at(file))) {
      if (!DigestUtils.sha256Hex(in).equals(written)) {
        throw unlike(file);
      }
    }
    return new Entry(file, run.size(at(file)), written);
  }

  private IOException unlike(String file) {
    return new IOException(
        "Cannot write %s: what is read back is not what was written".formatted(run.path(at(file))));
  }

  private interface Reader<T> {
    T read(InputStream in, long bytes) throws IOException;
  }

  private <T> T read(Entry entry, Reader<T> reader) throws IOException {
    String file = entry.name();
    long size = run.size(at(file));
    if (size != entry.bytes()) {
      throw new DamagedCheckpointException(
          size < 0
              ? file + " is missing"
              : "%s has %d bytes (must be %d)".formatted(file, size, entry.bytes()));
    }
    try (DigestInputStream in =
        new DigestInputStream(run.open(at(file)), DigestUtils.getSha256Digest())) {
      T content = reader.read(in, size);
      if (!HexFormat.of().formatHex(in.getMessageDigest().digest()).equals(entry.sha256())) {
        throw new DamagedCheckpointException(file + " is damaged: its SHA-256 does not match");
      }
      return content;
    } catch (FileNotFoundException | EOFException | ChecksumException e) {
      throw new DamagedCheckpointException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static Map<String, WideVector> vectors(RunState state) {
    Map<String, WideVector> vectors = new TreeMap<>();
    state
        .memories()
        .forEach(
            (name, memory) ->
                memory
                    .vectors()
                    .forEach(
                        (vector, values) -> vectors.put(name + "." + vector + ".f64", values)));
    return vectors;
  }

  private static Map<String, Map<String, Double>> figures(RunState state) {
    Map<String, Map<String, Double>> figures = new TreeMap<>();
    state.memories().forEach((name, memory) -> figures.put(name, memory.figures()));
    return figures;
  }

  private Map<String, Memory> memories(CheckpointManifest manifest) throws IOException {
    Map<String, Memory> memories = new TreeMap<>();
    for (String name : manifest.figures().keySet()) {
      Map<String, WideVector> vectors = new TreeMap<>();
      for (Map.Entry<String, Entry> file : manifest.files().entrySet()) {
        Matcher vector = VECTOR.matcher(file.getKey());
        if (vector.matches() && vector.group(1).equals(name)) {
          vectors.put(vector.group(2), read(file.getValue(), CheckpointFolder::doubles));
        }
      }
      memories.put(name, new Memory(vectors, manifest.figures().get(name)));
    }
    return memories;
  }

  private static WideVector doubles(InputStream in, long bytes) throws IOException {
    if (bytes % Double.BYTES != 0) {
      throw new WrongInputException("a size in the manifest is not that of a vector of doubles");
    }
    return WideVector.read(bytes / Double.BYTES, in);
  }

  private static WeightVector floats(InputStream in, long bytes) throws IOException {
    if (bytes % 4 != 0) {
      throw new WrongInputException("a size in the manifest is not that of a vector of floats");
    }
    return WeightVector.read(bytes / 4, ByteOrder.LITTLE_ENDIAN, in);
  }

  private static Content floats(WeightVector values) {
    return out -> values.write(ByteOrder.LITTLE_ENDIAN, out);
  }

  private static byte[] bytes(InputStream in, long bytes) throws IOException {
    return in.readAllBytes();
  }

  private static String text(InputStream in, long bytes) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
