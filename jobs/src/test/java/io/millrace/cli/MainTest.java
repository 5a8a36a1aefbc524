package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  @TempDir private Path folder;

  private record Outcome(int code, String out, String err) {
    static Outcome wrongUsage(String err) {
      return new Outcome(2, "", err);
    }
  }

  private static Outcome run(String... args) {
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(args);
      return new Outcome(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  private String config(String yaml) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), yaml).toString();
  }

  /** As of a variable of the shell that is not set. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "train --config EMPTY;Invalid --config: it is empty (must be FILE)",
        "train --config a.yaml --set EMPTY;Invalid --set: it is empty (must be KEY.PATH=VALUE)",
        "train --config a.yaml --resume EMPTY;Invalid --resume: it is empty (must be auto|PATH)",
        "predict --config a.yaml --input EMPTY;Invalid --input: it is empty (must be PATH)",
        "predict --config a.yaml --output=;Invalid --output: it is empty (must be FOLDER)",
        "export --config a.yaml --format EMPTY;Invalid --format: it is empty (must be FORMAT)",
        "plan --config a.yaml --simulate out/a,,out/b;Invalid --simulate: it is empty (must be RUN)",
        "compare out/a EMPTY;Invalid RUN: it is empty (must be RUN)"
      })
  void nothingIsCalledByAnEmptyText(String words, String message) {
    String[] args = words.split(" ");
    Arrays.setAll(args, i -> args[i].equals("EMPTY") ? "" : args[i]);
    assertThat(run(args)).isEqualTo(Outcome.wrongUsage("error: " + message + "\n"));
  }

  @Test
  void wrongUsageIsOneLineAndCodeTwo() {
    assertThat(run())
        .isEqualTo(Outcome.wrongUsage("error: Missing command (one of " + COMMANDS + ")\n"));
    assertThat(run("train"))
        .isEqualTo(Outcome.wrongUsage("error: Missing required option: '--config=FILE'\n"));
    assertThat(run("train", "--config", "a.yaml", "--colour"))
        .isEqualTo(Outcome.wrongUsage("error: Unknown option: '--colour'\n"));
    assertThat(run("train", "--config", "a.yaml", "--resum", "auto"))
        .isEqualTo(
            Outcome.wrongUsage("error: Unknown option: '--resum' (did you mean --resume?)\n"));
    assertThat(run("train", "--confg", "a.yaml", "--set", "seed=2"))
        .isEqualTo(
            Outcome.wrongUsage("error: Unknown option: '--confg' (did you mean --config?)\n"));
    assertThat(run("finetune", "--config", "a.yaml", "--dat", "today"))
        .isEqualTo(Outcome.wrongUsage("error: Unknown option: '--dat' (did you mean --date?)\n"));
    assertThat(run("train", "--master=yarn"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Unknown option: '--master=yarn' (it is spark-submit's: give it before the"
                    + " command)\n"));
    assertThat(run("trian", "--config", "a.yaml"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Unknown command: 'trian' (did you mean train?); commands are "
                    + COMMANDS
                    + "\n"));
    assertThat(run("train", "--config", "a.yaml", "again"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Unknown argument: 'again' (train takes flags alone; one command at a"
                    + " time)\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "prepare, ",
    "plan, --simulate --network --spread --price --to",
    "preview, --images --draws --epoch --seed",
    "lr-find, --from --to --updates --beta --stop",
    "train, --serve --resume --overwrite --accept",
    "series, --dry-run --overwrite --accept",
    "finetune, --date --overwrite --accept",
    "history, ",
    "rollback, --to --why",
    "evaluate, --model --split",
    "verify, --unweighted"
  })
  void helpOfACommandNamesItsFlags(String command, String flags) {
    Outcome outcome = run(command, "--help");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .startsWith("Usage: millrace " + command + " ")
        .contains("--config=FILE", "--set=KEY.PATH=VALUE", "--verbose");
    for (String flag : flags == null ? new String[0] : flags.split(" ")) {
      assertThat(outcome.out()).contains(flag);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--network 5 | --network: it goes with --simulate alone",
        "--price 3 | --price: it goes with --simulate alone",
        "--simulate , | --simulate: it is empty (must be folders of runs)",
        "--simulate a --network 1e400 | --network: Infinity (must be > 0, and finite)",
        "--simulate a --latency NaN | --latency: NaN (must be >= 0, and finite)",
        "--simulate a --spread Infinity | --spread: Infinity (must be >= 0, and finite)",
        "--simulate a --per-machine 0 | --per-machine: 0 (must be >= 1)"
      })
  void whatASimulationCannotGoByIsRefusedBeforeAnythingIsRead(String flags, String message) {
    List<String> words = new ArrayList<>(List.of("plan", "--config", "no.yaml"));
    words.addAll(List.of(flags.split(" ")));
    assertThat(run(words.toArray(String[]::new)))
        .isEqualTo(Outcome.wrongUsage("error: Invalid " + message + "\n"));
  }

  @Test
  void acceptWithoutResumeIsRefused() throws IOException {
    Path config = Files.writeString(folder.resolve("run.yaml"), "dataset: {path: no}\n");
    Outcome outcome = run("train", "--config", config.toString(), "--accept", "batch");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "error: Invalid --accept: it goes with --resume alone, as no other run has anything to differ from\n");
  }

  @Test
  void aNightThatIsNoDateIsRefusedBeforeAnythingIsRead() {
    for (String date : new String[] {"2026-13-01", "tomorrow", "2026-1-2"}) {
      assertThat(run("finetune", "--config", "no.yaml", "--date", date))
          .isEqualTo(
              Outcome.wrongUsage(
                  "error: Invalid --date: %s (must be a date such as 2026-11-21)\n"
                      .formatted(date)));
    }
    assertThat(run("rollback", "--config", "no.yaml", "--to", "yesterday"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Invalid --to: yesterday (must be a date such as 2026-11-21)\n"));
    assertThat(run("finetune", "--config", "no.yaml"))
        .isEqualTo(Outcome.wrongUsage("error: Missing required option: '--date=YYYY-MM-DD'\n"));
  }

  @Test
  void aLineThatWasNotBegunHasNoHistory() throws IOException {
    String config = config("name: line\noutput: %s\nsource: {path: lake}".formatted(folder));
    assertThat(run("history", "--config", config))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Cannot show %s/line: no night of it was begun (finetune --date plays one)\n"
                    .formatted(folder)));
    assertThat(run("train", "--config", config, "--set", "source.path=${date}"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: --set source.path=${date}: Unknown variable ${date} (only finetune has a"
                    + " date)\n"));
  }

  @Test
  void aRangeTestThatIsNoneIsRefusedBeforeAnythingIsRead() {
    assertThat(run("lr-find", "--config", "no.yaml", "--from", "0"))
        .isEqualTo(Outcome.wrongUsage("error: Invalid --from: 0.0 (must be > 0)\n"));
    assertThat(run("lr-find", "--config", "no.yaml", "--updates", "5"))
        .isEqualTo(Outcome.wrongUsage("error: Invalid --updates: 5 (must be >= 20)\n"));
  }

  @Test
  void aPreviewOfNothingIsRefusedBeforeAnythingIsRead() {
    assertThat(run("preview", "--config", "no.yaml", "--images", "0"))
        .isEqualTo(Outcome.wrongUsage("error: Invalid --images: 0 (must be 1 to 64)\n"));
    assertThat(run("preview", "--config", "no.yaml", "--draws", "33"))
        .isEqualTo(Outcome.wrongUsage("error: Invalid --draws: 33 (must be 1 to 32)\n"));
    assertThat(run("preview", "--config", "no.yaml", "--epoch", "0"))
        .isEqualTo(Outcome.wrongUsage("error: Invalid --epoch: 0 (must be 1 to 2147483643)\n"));
  }

  @Test
  void helpListsTheCommands() {
    Outcome outcome = run("--help");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains(COMMANDS.split(", "));
  }

  @Test
  void compareTakesFoldersAndPutsItsPageWhereItIsTold() {
    assertThat(run("compare", "--help").out()).contains("RUN...", "--to=FOLDER");
    assertThat(run("compare", folder + "/none", folder + "/more"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Invalid run: %s/none (must be the folder of a run, it has no config.yaml)\n"
                    .formatted(folder)));
  }

  @Test
  void aPortThatIsNoneIsRefused() {
    for (String bad : List.of("web", "70000", "no.such.host.invalid:80")) {
      assertThat(run("train", "--config", "a.yaml", "--serve", bad))
          .isEqualTo(
              Outcome.wrongUsage(
                  "error: Invalid --serve: %s (must be PORT, for this machine alone, or HOST:PORT)\n"
                      .formatted(bad)));
    }
  }

  @Test
  void helpIsACommandToo() {
    assertThat(run("help")).isEqualTo(run("--help"));
    assertThat(run("help", "train")).isEqualTo(run("train", "--help"));
  }

  @Test
  void theVersionIsWhatMavenWroteDown() {
    assertThat(run("--version").out())
        .matches(
            "millrace 0\\.1\\.0, git revision \\w+\nSpark 3\\.5\\.7, DL4J 1\\.0\\.0-M2\\.1, Java 17\\S+\n");
  }

  @Test
  void aFlagOfSparkBehindTheCommandIsPutInItsPlace() {
    assertThat(run("train", "--config", "a.yaml", "--master", "local[2]"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Unknown option: '--master' (it is spark-submit's: give it before the"
                    + " command)\n"));
    assertThat(run("train", "--config", "a.yaml", "--conf=spark.ui.port=1").err())
        .contains("it is spark-submit's");
  }

  @Test
  void aConfigThatIsNoTextOrAFolderIsNamed() throws IOException {
    Path latin1 = folder.resolve("latin1.yaml");
    Files.write(latin1, "name: a\n# Größe\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(run("train", "--config", latin1.toString()))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Cannot read config %s: line 2 is not UTF-8 (save the file as UTF-8)\n"
                    .formatted(latin1)));
    assertThat(run("train", "--config", folder.toString()))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Cannot read config %s: it is a folder (name the YAML file in it)\n"
                    .formatted(folder)));
  }

  @Test
  void aStoreWithoutItsClientIsAnsweredWithTheFlag() {
    assertThat(run("train", "--config", "s3a://lake/my.yaml").err())
        .isEqualTo(
            "error: Cannot reach s3a://: its client is not on the classpath (give spark-submit"
                + " --packages org.apache.hadoop:hadoop-aws:3.3.4, before the command)\n");
  }

  @Test
  void aConfigThatIsNotThereIsNamed() {
    assertThat(run("train", "--config", "no/such.yaml"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: Cannot read config no/such.yaml: no such file, here or among --files\n"));
  }

  @Test
  void everyProblemOfAConfigIsALine() throws IOException {
    String file = config("training:\n  batchPerWorker: -8\n  epohcs: 2\n");
    assertThat(run("train", "--config", file, "--set", "seed=one"))
        .isEqualTo(
            Outcome.wrongUsage(
                "error: --set seed=one: Invalid seed: one (must be a whole number)\nerror: "
                    + file
                    + ":2: Invalid training.batchPerWorker: -8 (must be >= 1)\nerror: "
                    + file
                    + ":3: Unknown key training.epohcs (did you mean training.epochs?)\n"));
  }

  @Test
  void executorsThatNoWorkerOfALocalClusterHoldsAreRefused() throws IOException {
    System.setProperty("spark.master", "local-cluster[2, 1, 1500]");
    System.setProperty("spark.executor.memory", "4g");
    try {
      assertThat(run("train", "--config", config("")))
          .isEqualTo(
              Outcome.wrongUsage(
                  "error: Invalid spark.executor.memory: 4096m (must be <= 1500m, what a worker of"
                      + " local-cluster[2, 1, 1500] has; set it by --conf"
                      + " spark.executor.memory=1500m)\n"));
    } finally {
      System.clearProperty("spark.master");
      System.clearProperty("spark.executor.memory");
    }
  }

  @Test
  void dynamicAllocationIsRefused() throws IOException {
    System.setProperty("spark.dynamicAllocation.enabled", "true");
    try {
      assertThat(run("train", "--config", config("")))
          .isEqualTo(
              Outcome.wrongUsage(
                  "error: Invalid spark.dynamicAllocation.enabled: true (must be false: workers"
                      + " keep their replicas on executors that stay)\n"));
    } finally {
      System.clearProperty("spark.dynamicAllocation.enabled");
    }
  }

  @Test
  void theStackIsPrintedOnlyWhenAskedFor() {
    assertThat(run("train", "--config", "no/such.yaml").err()).doesNotContain("\tat ");
    assertThat(run("train", "-v", "--config", "no/such.yaml").err()).contains("\tat ");
  }

  private static final String COMMANDS =
      "prepare, plan, preview, lr-find, train, series, finetune, history, rollback, evaluate, compare, predict, export, verify, help";
}
