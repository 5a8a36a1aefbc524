package io.millrace.checkpoint;

import io.millrace.checkpoint.CheckpointManifest.Entry;
import io.millrace.model.ModelCard;
import io.millrace.state.Memory;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.Content;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WideVector;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    CheckpointFiles files = files();
    Map<String, Entry> entries = new TreeMap<>();
    for (Map.Entry<String, Content> each : contents(checkpoint).entrySet()) {
      entries.put(each.getKey(), files.write(each.getKey(), before, each.getValue()));
    }
    Best best = checkpoint.best();
    if (best != null && best.epoch() == state.epoch() && state.position().isBetweenEpochs()) {
      best = new Best(best.epoch(), best.metric(), best.value(), entries.get(PARAMETERS).sha256());
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
                entries)
            .toText();
    files.write(CheckpointManifest.FILE, manifest);
    for (String old : before) {
      if (!old.equals(CheckpointManifest.FILE)) {
        run.delete(at(old));
      }
    }
    return best;
  }

  private CheckpointFiles files() {
    return new CheckpointFiles(run, name);
  }

  /** What is written besides the manifest, in this order, by its names there. */
  private static Map<String, Content> contents(Checkpoint checkpoint) {
    RunState state = checkpoint.state();
    Map<String, Content> contents = new LinkedHashMap<>();
    contents.put(PARAMETERS, CheckpointFiles.of(state.parameters()));
    contents.put(STATE, CheckpointFiles.of(state.state()));
    contents.put(CONFIG, CheckpointFiles.of(checkpoint.config()));
    contents.put(METRICS, CheckpointFiles.of(checkpoint.metrics()));
    if (!checkpoint.diagnostics().isEmpty()) {
      contents.put(DIAGNOSTICS, CheckpointFiles.of(checkpoint.diagnostics()));
    }
    vectors(state).forEach((file, vector) -> contents.put(file, vector::write));
    checkpoint.card().ifPresent(card -> contents.put(CARD, CheckpointFiles.of(card.toJson())));
    return contents;
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
      CheckpointFiles files = files();
      Map<String, Entry> entries = manifest.files();
      String config = files.read(entries.get(CONFIG), CheckpointFiles::text);
      String metrics = files.read(entries.get(METRICS), CheckpointFiles::text);
      RunState state =
          new RunState(
              files.read(entries.get(PARAMETERS), CheckpointFiles::floats),
              files.read(entries.get(STATE), CheckpointFiles::floats),
              manifest.position(),
              manifest.tally() == null ? Tally.NOTHING : manifest.tally().tally(),
              memories(manifest));
      Optional<ModelCard> card =
          entries.containsKey(CARD)
              ? Optional.of(ModelCard.parse(files.read(entries.get(CARD), CheckpointFiles::bytes)))
              : Optional.empty();
      String diagnostics =
          entries.containsKey(DIAGNOSTICS)
              ? files.read(entries.get(DIAGNOSTICS), CheckpointFiles::text)
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
    return files().at(file);
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
    CheckpointFiles files = files();
    Map<String, Memory> memories = new TreeMap<>();
    for (String name : manifest.figures().keySet()) {
      Map<String, WideVector> vectors = new TreeMap<>();
      for (Map.Entry<String, Entry> file : manifest.files().entrySet()) {
        Matcher vector = VECTOR.matcher(file.getKey());
        if (vector.matches() && vector.group(1).equals(name)) {
          vectors.put(vector.group(2), files.read(file.getValue(), CheckpointFiles::doubles));
        }
      }
      memories.put(name, new Memory(vectors, manifest.figures().get(name)));
    }
    return memories;
  }
}
