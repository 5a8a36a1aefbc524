package io.millrace.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.line.Champion.How;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChampionsTest {
  @TempDir private Path folder;

  private static Champion of(String night) {
    return new Champion(
        night, "nights/" + night + "/model.zip", "ab", "2026-11-21T02:00:00Z", How.PROMOTED, "why");
  }

  private static Champions after(String... nights) {
    Champions champions = new Champions(List.of());
    for (String night : nights) {
      champions = champions.with(of(night));
    }
    return champions;
  }

  private static Champions back(Champions from, String... night) {
    return from.rolledBack(
        night.length == 0 ? Optional.empty() : Optional.of(night[0]), "later", "asked for");
  }

  private RunFolder line() throws IOException {
    return RunFolder.existing(
        new Configuration(), new org.apache.hadoop.fs.Path(folder.toString()));
  }

  @Test
  void theFileReadsBackEqualAndSaysWhoIsInProduction() throws IOException {
    Champions champions = back(after("01", "02"));
    assertThat(Champions.in(line())).isEqualTo(new Champions(List.of()));
    champions.write(line());
    assertThat(Champions.in(line())).isEqualTo(champions);
    assertThat(folder.resolve(Champions.FILE))
        .content()
        .contains("\"champion\" : {", "\"night\" : \"01\"", "\"how\" : \"ROLLED_BACK\"");
  }

  @Test
  void aRollbackPutsAsideWhatCameAfter() {
    Champions champions = back(after("01", "02", "03"), "01");
    assertThat(champions.putAside("01")).isFalse();
    assertThat(champions.putAside("02")).isTrue();
    assertThat(champions.putAside("03")).isTrue();
    assertThat(champions.putAside("04")).as("was never promoted").isFalse();
    assertThat(back(champions, "03").putAside("03")).isFalse();
  }

  @Test
  void aFileThatWasChangedIsAnErrorAndNeverNoChampion() throws IOException {
    after("01").write(line());
    Path file = folder.resolve(Champions.FILE);
    Files.writeString(file, Files.readString(file).replace("nights/01", "nights/02"));
    assertThatThrownBy(() -> Champions.in(line()))
        .isInstanceOf(WrongInputException.class)
        .hasMessage("Cannot read file:%s: it was changed after it was written", file);
    Files.writeString(file, "{");
    assertThatThrownBy(() -> Champions.in(line())).hasMessageEndingWith(": it is no JSON");
    Files.writeString(file, "{\"format\": 2}");
    assertThatThrownBy(() -> Champions.in(line()))
        .hasMessageEndingWith(": it has format 2, this Millrace reads 1");
  }

  @Test
  void aRollbackGoesDownOneStepAfterTheOther() {
    Champions champions = after("01", "02", "03");
    Champions once = back(champions);
    assertThat(once.current().orElseThrow().night()).isEqualTo("02");
    Champions twice = back(once);
    assertThat(twice.current().orElseThrow().night()).isEqualTo("01");
    assertThat(twice.promoted("03")).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> back(twice))
        .withMessage("Cannot roll back: there is no champion before that of 01");
    Champions after = back(once.with(of("04")));
    assertThat(after.current().orElseThrow().night()).isEqualTo("02");
  }

  @Test
  void aRollbackByNameGoesToAnyThatWasChampion() {
    Champions champions = after("01", "02", "03");
    Champions first = back(champions, "01");
    assertThat(first.current().orElseThrow())
        .isEqualTo(
            new Champion("01", "nights/01/model.zip", "ab", "later", How.ROLLED_BACK, "asked for"));
    assertThat(back(first, "03").current().orElseThrow().night()).isEqualTo("03");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> back(champions, "05"))
        .withMessage(
            "Cannot roll back to 05: it was never the champion (champions are of 01, 02, 03)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> back(champions, "03"))
        .withMessage("Cannot roll back to 03: it is the champion");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> back(new Champions(List.of())))
        .withMessage("Cannot roll back: there is no champion yet");
  }
}
