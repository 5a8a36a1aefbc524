package io.millrace.nightly;

import io.millrace.ChildCommand;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.formats.ModelZip;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/**
 * Five nights of a line on the sample of Fashion-MNIST, each a process of its own: a normal one;
 * one with a new class; one killed by SIGKILL in its second epoch and started again, beside a twin
 * that is left alone; one played twice; one whose labels are shuffled, which keeps the champion.
 * Then a rollback.
 */
public final class NightsCheck implements Check {
  private static final String SAMPLE = "conf/sample/train-00000-of-00001.parquet";
  private static final List<String> NIGHTS =
      List.of("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24");
  private static final int KEPT = 3;
  private static final int KILLED = 137;

  private final Configuration hadoop = new Configuration();
  private Path folder;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("nights");
    report.say("in " + folder);
    lake();
    Files.writeString(folder.resolve("nightly.yaml"), config());
    normal();
    newClass();
    killed();
    twice();
    shuffled();
    rollback();
  }

  private static String config() {
    return """
        name: line
        output: ${LAKE}/out
        source: {path: '${LAKE}/lake/${date}'}
        dataset: {validationShare: 0.1, blockRows: 32}
        input: {height: 28, width: 28, channels: 1}
        model: {depth: 8, width: 8}
        learningRate: {base: 0.05, referenceBatch: 64, warmupEpochs: 1}
        training: {epochs: 5, workers: 2, batchPerWorker: 16}
        line: {window: 2, heldOutShare: 0.15, margin: 4, keptExitCode: %d}
        """
        .formatted(KEPT);
  }

  private void lake() throws IOException {
    List<Row> rows = sample();
    List<Row> nine = rows.stream().filter(row -> !row.label().equals(9L)).toList();
    write(0, nine.subList(0, 1200));
    List<Row> rest = new ArrayList<>(rows);
    rest.removeAll(nine.subList(0, 1200));
    write(1, rest.subList(0, 1200));
    write(2, rest.subList(1200, 2100));
    write(3, rest.subList(2100, 3000));
    List<Row> worse = rest.subList(3000, 4600);
    List<Object> labels = new ArrayList<>(worse.stream().map(Row::label).toList());
    Collections.shuffle(labels, new Random(1));
    List<Row> shuffled = new ArrayList<>();
    for (int i = 0; i < worse.size(); i++) {
      shuffled.add(new Row(worse.get(i).image(), labels.get(i)));
    }
    write(4, shuffled);
  }

  private void write(int night, List<Row> rows) throws IOException {
    Path place = Files.createDirectories(folder.resolve("lake").resolve(NIGHTS.get(night)));
    Lake.huggingFace(place.resolve("part-0.parquet"), rows);
  }

  /** The sample's rows, which come in no order of their classes. */
  private static List<Row> sample() throws IOException {
    List<Row> rows = new ArrayList<>();
    var path = new org.apache.hadoop.fs.Path(SAMPLE);
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        byte[] image = row.getGroup("image", 0).getBinary("bytes", 0).getBytes();
        rows.add(new Row(image, row.getLong("label", 0)));
      }
    }
    return rows;
  }

  private void normal() throws Exception {
    ChildCommand ended = finetune(0);
    count("a first night is promoted", ended, ended.code() == 0 && is(0, Outcome.PROMOTED));
    count("it knows nine classes", ended, classes(0).size() == 9);
  }

  private void newClass() throws Exception {
    ChildCommand ended = finetune(1);
    Night night = night(1);
    boolean grown = night.data().newClasses().equals(List.of("9")) && classes(1).get(9).equals("9");
    count(
        "a night with a new class is promoted",
        ended,
        ended.code() == 0 && is(1, Outcome.PROMOTED));
    count("its class comes behind the others", ended, grown);
    count("it started from the champion", ended, night.start().words().endsWith(NIGHTS.get(0)));
    count(
        "the champion has all of that class wrong",
        ended,
        night.verdict().comparisons().get(0).table().gained() > 0);
  }

  private void killed() throws Exception {
    copy(folder.resolve("out/line"), folder.resolve("out/twin"));
    String champion = champion("line");
    ChildCommand cut = play(2, "line", "epoch 2/");
    Night half = night(2);
    count("a killed night is half-done", cut, cut.code() == KILLED && half.verdict() == null);
    count("and leaves the champion alone", cut, champion("line").equals(champion));
    ChildCommand ended = finetune(2);
    count("started again it goes on to its end", ended, ended.code() == 0 || ended.code() == KEPT);
    count("on the data that was pinned", ended, night(2).data().equals(half.data()));
    ChildCommand twin = play(2, "twin", null);
    count(
        "its weights are those of an undisturbed twin",
        twin,
        twin.code() == ended.code() && weights("line", 2).equals(weights("twin", 2)));
  }

  private void twice() throws Exception {
    ChildCommand first = finetune(3);
    count("a normal night ends well", first, first.code() == 0 || first.code() == KEPT);
    Map<String, FileTime> before = files();
    String champion = champion("line");
    ChildCommand again = finetune(3);
    boolean said = again.lines().stream().anyMatch(line -> line.endsWith(": nothing to do"));
    count("played twice it does nothing", again, again.code() == first.code() && said);
    count(
        "and changes nothing", again, files().equals(before) && champion("line").equals(champion));
  }

  private void shuffled() throws Exception {
    String champion = champion("line");
    ChildCommand ended = finetune(4);
    count("worse data keeps the champion", ended, ended.code() == KEPT && is(4, Outcome.KEPT));
    count("which stays as it was", ended, champion("line").equals(champion));
    ChildCommand history = command("history", "line");
    history.lines().forEach(report::say);
    boolean all =
        NIGHTS.stream()
            .allMatch(night -> history.lines().stream().anyMatch(line -> line.startsWith(night)));
    count("the history has five nights", history, history.code() == 0 && all);
    String page = Files.readString(folder.resolve("out/line/report.html"));
    count("and its page too", history, NIGHTS.stream().allMatch(page::contains));
  }

  private void rollback() throws Exception {
    LineFolder line = line("line");
    String now = line.champions().current().orElseThrow().night();
    ChildCommand ended = command("rollback", "line", "--why", "a check");
    String then = line.champions().current().orElseThrow().night();
    count("a rollback goes one champion back", ended, ended.code() == 0 && then.compareTo(now) < 0);
    ChildCommand first = command("rollback", "line", "--to", NIGHTS.get(0));
    String named = line.champions().current().orElseThrow().night();
    count("or to one by its night", first, first.code() == 0 && named.equals(NIGHTS.get(0)));
  }

  private void count(String what, ChildCommand ended, boolean right) {
    if (right) {
      report.pass();
      report.say(what + ": " + ended.last());
    } else {
      report.fail(what + ", code " + ended.code());
      ended.lines().forEach(report::say);
    }
  }

  private ChildCommand finetune(int night) throws Exception {
    return play(night, "line", null);
  }

  /** Plays a night in a process of its own, which is killed once it prints such a line. */
  private ChildCommand play(int night, String line, String last) throws Exception {
    return run(last, "finetune", line, "--date", NIGHTS.get(night));
  }

  private ChildCommand command(String command, String line, String... more) throws Exception {
    return run(null, command, line, more);
  }

  private ChildCommand run(String last, String command, String line, String... more)
      throws Exception {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(command, "--config", folder.resolve("nightly.yaml").toString()));
    words.addAll(List.of("--set", "name=" + line));
    words.addAll(List.of(more));
    return ChildCommand.run(
        Map.of("LAKE", folder.toString()),
        (read, process) -> {
          if (last != null && read.startsWith(last)) {
            process.destroyForcibly(); // the process itself would close its streams
          }
        },
        words.toArray(String[]::new));
  }

  private LineFolder line(String name) throws IOException {
    return LineFolder.existing(
        hadoop, new org.apache.hadoop.fs.Path(folder.resolve("out").resolve(name).toString()));
  }

  private Night night(int night) throws IOException {
    return line("line").night(NIGHTS.get(night)).orElseThrow();
  }

  private boolean is(int night, Outcome outcome) throws IOException {
    return night(night).verdict().outcome() == outcome
        && line("line").champions().promoted(NIGHTS.get(night)) == (outcome == Outcome.PROMOTED);
  }

  private List<String> classes(int night) throws IOException {
    String model = line("line").path(NIGHTS.get(night), "model.zip");
    return ModelZip.card(hadoop, model).orElseThrow().classes();
  }

  private String champion(String line) throws IOException {
    return Files.readString(folder.resolve("out").resolve(line).resolve("champion.json"));
  }

  private String weights(String line, int night) throws IOException {
    Path model = folder.resolve("out/%s/nights/%s/model.zip".formatted(line, NIGHTS.get(night)));
    return ZipEntries.ofAnyName(Files.newInputStream(model)).get("coefficients.bin");
  }

  /** When each file of the nights was written. */
  private Map<String, FileTime> files() throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("out/line/nights"))) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        files.put(each.toString(), Files.getLastModifiedTime(each));
      }
    }
    return files;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }
}
