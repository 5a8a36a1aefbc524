package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same command again, and another one into the same folder. */
class PredictAgainTest extends Predictions {
  @Test
  void aRunThatWasKilledGoesOnAndWhatIsThereStays() throws IOException {
    PredictReport whole = predict(request(1, null, null), Predictions::never);
    var rows = rows(whole.predictions());
    List<Path> files = files();
    assertThat(files).hasSizeGreaterThan(0);
    Path first = files.get(0);
    byte[] bytes = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(bytes, bytes.length / 2)); // a store that tore it
    Path aside = dir.resolve("out/predictions/.part-00000-x.parquet-7.part");
    Files.write(aside, new byte[3]);
    PredictReport again = predict(request(1, null, null), Predictions::never);
    assertThat(Files.readAllBytes(first)).isEqualTo(bytes);
    assertThat(aside).doesNotExist();
    assertThat(rows(again.predictions())).isEqualTo(rows);
    assertThat(again.rows()).isEqualTo(14);
    assertThat(again.quarantined()).isEqualTo(4);

    PredictReport nothing = predict(request(1, null, null), Predictions::never);
    assertThat(nothing.earlier()).isEqualTo(18);
    assertThat(nothing.lines())
        .containsExactly(
            "18 images: all of them were there, nothing to do",
            "quarantine     4 found before",
            "images=14 quarantined=4 predictions=%s quarantine=%s"
                .formatted(again.predictions(), again.quarantine()));

    try (Stream<Path> gone = Files.list(dir.resolve("out/quarantine"))) {
      Files.delete(gone.filter(file -> file.toString().endsWith(".parquet")).findFirst().get());
    }
    PredictReport mended = predict(request(1, null, null), Predictions::never);
    assertThat(rows(mended.quarantine())).hasSize(4);
    assertThat(rows(mended.predictions())).isEqualTo(rows);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("out/predictions"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** Its chunks end at other rows, which would be predicted twice. */
  @Test
  void predictionsOfAnEarlierFormatAreRefused() throws IOException {
    predict(request(1, null, null), Predictions::never);
    Path file = dir.resolve("out/manifest.json");
    PredictManifest now = PredictManifest.parse(Files.readString(file));
    PredictManifest earlier =
        new PredictManifest(
            1,
            now.model(),
            now.input(),
            now.settings(),
            now.chunkRows(),
            now.chunkBytes(),
            now.done(),
            now.versions());
    Files.writeString(file, earlier.toJson());
    assertThatThrownBy(() -> predict(request(1, null, null), Predictions::never))
        .hasMessage(
            "Cannot predict into %s: it holds predictions of an earlier Millrace, in format 1, not 2 (take another --output, or --overwrite)",
            dir.resolve("out"));
  }

  @Test
  void anotherModelInputOrSettingIsRefusedByName() throws IOException {
    PredictRequest first = request(1, null, null);
    predict(first, Predictions::never);
    String out = dir.resolve("out").toString();
    String end = " (take another --output, or --overwrite)";
    assertThatThrownBy(() -> predict(request(2, null, null), Predictions::never))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot predict into %s: it holds predictions by another model, %s of run nightly ("
                .formatted(out, first.model()))
        .hasMessageEndingWith(end);
    assertThatThrownBy(() -> predict(request(1, 2, "pool"), Predictions::never))
        .hasMessage(
            "Cannot predict into %s: it holds predictions made with --layer null, not pool; --top 3, not 2%s"
                .formatted(out, end));
    Path copy = dir.resolve("lake/c.parquet");
    Files.copy(dir.resolve("lake/a.parquet"), copy, StandardCopyOption.COPY_ATTRIBUTES);
    assertThatThrownBy(() -> predict(request(1, null, null), Predictions::never))
        .hasMessage(
            "Cannot predict into %s: it holds predictions of %s as it was, files came, changed or went since%s"
                .formatted(out, dir.resolve("lake"), end));
    PredictReport over =
        predict(new PredictRequest(first.model(), null, out, null, null, true), Predictions::never);
    assertThat(rows(over.predictions())).hasSize(14 + 9);

    Path sub = dir.resolve("lake/sub/out");
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(first.model(), null, sub.toString(), 1, null, false),
                    Predictions::never))
        .hasMessage(
            "Invalid --output: %s (must not lie in source.path, %s)", sub, dir.resolve("lake"));
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(
                        first.model(),
                        dir.resolve("lake").toString(),
                        Files.createDirectories(dir.resolve("other/thing")).getParent().toString(),
                        4,
                        null,
                        false),
                    Predictions::never))
        .hasMessage("Invalid --top: 4 (must be <= 3, the classes of the model)");
    assertThatThrownBy(
            () ->
                predict(
                    new PredictRequest(
                        first.model(), null, dir.resolve("other").toString(), 1, null, true),
                    Predictions::never))
        .hasMessage(
            "Invalid --output: %s (must be a folder of its own; it holds thing)",
            dir.resolve("other"));
    assertThatThrownBy(() -> request(1, 0, null)).hasMessage("Invalid --top: 0 (must be >= 1)");
  }

  /** Of a first prediction and another into its folder. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dataset.encoding=jpeg|dataset.jpegQuality=20|dataset.jpegQuality 90, not 20",
        "source.splits=[train]|source.splitByPath=false|source.splitByPath true, not false",
        "dataset.encoding=png|dataset.shortSide=8|dataset.shortSide 0, not 8"
      })
  void whatChoosesOrChangesImagesIsASettingOfTheRows(String with, String then, String difference)
      throws IOException {
    predict(request(1, null, null), Predictions::never, List.of(with));
    assertThatThrownBy(
            () -> predict(request(1, null, null), Predictions::never, List.of(with, then)))
        .hasMessage(
            "Cannot predict into %s: it holds predictions made with %s (take another --output, or --overwrite)",
            dir.resolve("out"), difference);
  }

  @Test
  void aStopLeavesWhatIsDoneAndTheSameCommandGoesOn() throws IOException {
    assertThatThrownBy(() -> predict(request(1, null, null), () -> expected > 0))
        .isInstanceOf(PredictStoppedException.class)
        .hasMessageEndingWith(
            " of 18 images are in %s; the same command goes on".formatted(dir.resolve("out")));
    assertThat(rows(predict(request(1, null, null), Predictions::never).predictions()).keySet())
        .isEqualTo(images.keySet());
  }
}
