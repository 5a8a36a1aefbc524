package io.millrace.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.dataset.DatasetManifest;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The folder {@code <output>/<name>} of a line: {@code champion.json}, the page of its history, and
 * below {@code nights} a folder for each night, with its record, its own data, and its run. What a
 * night is trained on is a manifest beside these folders, {@code nights/set-<date>.json}, which
 * names files in several of them. Lives on the driver.
 *
 * @param folder the line's folder
 */
public record LineFolder(RunFolder folder) {
  /** Table of the nights for programs. */
  public static final String TABLE = "nights.csv";

  private static final int FORMAT = 1;
  private static final String NIGHTS = "nights";
  private static final String NIGHT = "night.json";
  private static final String SOURCE = "source.json";
  private static final String DATA = "data";
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

  /** The folder at a Hadoop path, for reading. */
  public static LineFolder existing(Configuration hadoop, Path path) throws IOException {
    return new LineFolder(RunFolder.existing(hadoop, path));
  }

  /** The folder at a Hadoop path, which is made if it is missing. */
  public static LineFolder open(Configuration hadoop, Path path) {
    return new LineFolder(RunFolder.open(hadoop, path));
  }

  /** The champions so far. */
  public Champions champions() throws IOException {
    return Champions.in(folder);
  }

  /** All nights that were begun, oldest first. */
  public List<Night> nights() throws IOException {
    List<Night> nights = new ArrayList<>();
    for (String name : folder.list(NIGHTS)) {
      if (DATE.matcher(name).matches()) {
        night(name).ifPresent(nights::add);
      }
    }
    return nights;
  }

  /** The record of a night, if it was begun. */
  public Optional<Night> night(String date) throws IOException {
    String file = file(date, NIGHT);
    Optional<ObjectNode> read = SealedJson.read(folder, file, FORMAT);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    Night night = SealedJson.value(folder, file, read.get(), Night.class);
    if (!night.date().equals(date)) {
      throw new WrongInputException(
          "Cannot read %s: it is that of %s (a night's folder is no place for a copy of another)"
              .formatted(folder.path(file), night.date()));
    }
    return Optional.of(night);
  }

  /** Writes the record of a night, in one step. */
  public void write(Night night) throws IOException {
    ObjectNode node = SealedJson.MAPPER.valueToTree(night);
    SealedJson.write(folder, file(night.date(), NIGHT), FORMAT, node);
  }

  /**
   * Makes the model of a night the champion, in one step, the only one that changes the line.
   * Nothing happens if it was promoted before, though it may have been rolled back since.
   *
   * @param night whose verdict is written down
   * @param now the time, UTC
   */
  public void promote(Night night, String now) throws IOException {
    Champions champions = champions();
    if (!champions.promoted(night.date())) {
      champions
          .with(
              new Champion(
                  night.date(),
                  file(night.date(), RunFolder.MODEL),
                  night.trained().sha256(),
                  now,
                  Champion.How.PROMOTED,
                  night.verdict().why()))
          .write(folder);
    }
  }

  /** Marks of the files of the source that a night has read. */
  public Set<String> read(String date) throws IOException {
    Optional<String> text = folder.text(file(date, SOURCE));
    try {
      return text.isEmpty()
          ? Set.of()
          : Set.of(SealedJson.MAPPER.readValue(text.get(), String[].class));
    } catch (JsonProcessingException e) {
      throw new WrongInputException(
          "Cannot read %s: it is no list of files".formatted(path(date, SOURCE)), e);
    }
  }

  /** Writes down which files of the source a night has read. */
  public void writeRead(String date, Set<String> marks) throws IOException {
    folder.write(
        file(date, SOURCE), SealedJson.MAPPER.writeValueAsString(new TreeSet<>(marks)) + "\n");
  }

  /** Full path of a champion's model. */
  public String model(Champion champion) {
    return folder.path(champion.model());
  }

  /** Takes away a night, as if it had not been begun. */
  public void clear(String date) throws IOException {
    folder.delete(file(date, NIGHT)); // first: without it the others are nobody's
    folder.delete(NIGHTS + "/" + date);
    folder.delete(set(date));
  }

  /** Takes away the checkpoints of a night's run, which then starts anew. */
  public void clearRun(String date) throws IOException {
    for (String name : List.of(RunFolder.CHECKPOINTS, RunFolder.METRICS, RunFolder.DIAGNOSTICS)) {
      folder.delete(file(date, name));
    }
  }

  /** SHA-256 of a file, in hexadecimal digits. */
  public String sha256(String file) throws IOException {
    try (InputStream in = folder.open(file)) {
      return DigestUtils.sha256Hex(in);
    }
  }

  /** Whether a champion's model is there. */
  public boolean has(Champion champion) throws IOException {
    return folder.size(champion.model()) >= 0;
  }

  /** Whether a champion's model is the file that was promoted. */
  public boolean isWhole(Champion champion) throws IOException {
    return has(champion) && sha256(champion.model()).equals(champion.sha256());
  }

  /** Path of a night's file, relative to the line's folder. */
  public static String file(String date, String name) {
    return NIGHTS + "/" + date + "/" + name;
  }

  /** Full path of a file in a night's folder. */
  public String path(String date, String name) {
    return folder.path(file(date, name));
  }

  /** Full path of the folder of all nights. */
  public String nightsPath() {
    return folder.path(NIGHTS);
  }

  /** Full path of a night's own data. */
  public String data(String date) {
    return path(date, DATA);
  }

  /** A night's own data, relative to the folder of all nights. */
  public static String dataFolder(String date) {
    return date + "/" + DATA;
  }

  /** Manifest of what a night is trained on, relative to the line's folder. */
  public static String set(String date) {
    return NIGHTS + "/set-" + date + ".json";
  }

  /** The same as a full path. */
  public String setPath(String date) {
    return folder.path(set(date));
  }

  /**
   * The nights whose data the manifest of a night names; none where retention has taken it.
   *
   * @throws IOException if it cannot be read, or is not as it was written
   */
  public Set<String> nightsIn(String date) throws IOException {
    Optional<String> json = folder.text(set(date));
    return json.isEmpty() ? Set.of() : DatasetManifest.parse(json.get(), setPath(date)).folders();
  }

  /** Whether anything of a night's own data is there, such as its quarantine alone. */
  public boolean hasPartOfData(String date) throws IOException {
    return !folder.list(file(date, DATA)).isEmpty();
  }

  /** Whether a night's own data is there: retention may have taken that of an old one. */
  public boolean hasData(String date) throws IOException {
    return folder.size(file(date, DATA + "/" + DatasetManifest.FILE_NAME)) >= 0;
  }
}
