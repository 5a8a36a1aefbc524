package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String PLANTED = "pl4nt'ed&\"s<3>\\cret";

  @Test
  void aVariableOfTheEnvironmentIsItsReferenceInAnyForm() {
    Redaction redaction = new Redaction();
    redaction.learnVariable("DB_PASSWORD", PLANTED);
    assertThat(redaction.hidden("a " + PLANTED + " b")).isEqualTo("a ${DB_PASSWORD} b");
    for (String form :
        new String[] {
          "pl4nt'ed&amp;\"s&lt;3&gt;\\cret",
          "pl4nt'ed&amp;&quot;s&lt;3&gt;\\cret",
          "pl4nt&#39;ed&amp;&quot;s&lt;3&gt;\\cret",
          "pl4nt'ed&\\\"s<3>\\\\cret",
          "pl4nt''ed&\"s<3>\\cret",
          "pl4nt%27ed%26%22s%3C3%3E%5Ccret"
        }) {
      assertThat(redaction.hidden("\"" + form + "\"")).isEqualTo("\"${DB_PASSWORD}\"");
    }
  }

  @Test
  void ofTwoSecretsThatBeginAlikeTheLongerIsFoundFirst() {
    Redaction redaction = new Redaction();
    redaction.learnVariable("A_TOKEN", "12345678");
    redaction.learnVariable("B_TOKEN", "1234567890");
    assertThat(redaction.hidden("1234567890 12345678")).isEqualTo("${B_TOKEN} ${A_TOKEN}");
  }

  @ParameterizedTest
  @CsvSource({"HOME, /root/1", "TOKEN, short7!", "SECRET_MODE, disabledbydefault"})
  void whatIsNoSecretByNameOrByValueStays(String name, String value) {
    Redaction redaction = new Redaction();
    redaction.learnVariable(name, value);
    assertThat(redaction.hidden(value)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "MLFLOW_TRACKING_TOKEN",
        "fs.s3a.access.key",
        "spark.hadoop.fs.s3a.bucket.lake.secret.key",
        "spark.hadoop.fs.azure.account.key.acc.dfs.core.windows.net",
        "fs.s3a.encryption.key",
        "fs.s3a.server-side-encryption.key",
        "fs.azure.sas.container.account",
        "AZURE_SAS",
        "fs.gs.auth.service.account.private.key",
        "OPENAI_API_KEY",
        "keyPassword"
      })
  void theNamesOfStoresKeysAreThoseOfSecrets(String name) {
    assertThat(Redaction.isSecret(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "fs.s3a.endpoint",
        "source.path",
        "seed",
        "spark.executor.cores",
        "assassin"
      })
  void othersAreNot(String name) {
    assertThat(Redaction.isSecret(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-defaults.conf", "secure.conf"})
  void sparkIsGivenTheSameNames(String file) throws IOException {
    Properties settings = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of("..", "conf", file))) {
      settings.load(in);
    }
    assertThat(settings.getProperty("spark.redaction.regex")).isEqualTo(Redaction.NAMES);
  }

  @ParameterizedTest
  @CsvSource({
    "s3a://key:word@bucket/lake, s3a://…@bucket/lake",
    "'of http://u:p@h:80/x, and ftp://u@h/', 'of http://…@h:80/x, and ftp://…@h/'",
    "abfs://lake@acc.dfs.core.windows.net/x, abfs://…@acc.dfs.core.windows.net/x",
    "https://acc/x?sv=1&sig=ab%2Bc&se=2, https://acc/x?sv=1&sig=…&se=2",
    "a@b.c and s3a://bucket/a@b, a@b.c and s3a://bucket/a@b",
  })
  void loginsAndSignaturesLeaveAddresses(String text, String hidden) {
    assertThat(Redaction.of(text)).isEqualTo(hidden);
    assertThat(Redaction.of(hidden)).isEqualTo(hidden);
  }

  @Test
  void whatIsPrintedPassesWithoutThem() {
    Redaction.learn("TEST_ONLY_TOKEN", "t0psecret-ü");
    var bytes = new ByteArrayOutputStream();
    var out = new RedactedOutput(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    out.println("at t0psecret-ü/lake");
    out.printf("%d of %s%n", 3, "t0psecret-ü");
    out.print("ünchanged");
    out.flush();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("at ${TEST_ONLY_TOKEN}/lake%n3 of ${TEST_ONLY_TOKEN}%nünchanged".formatted());
  }

  @Test
  void whatSteersATerminalIsNotPrintedButForTheEndOfAProgressLine() {
    var bytes = new ByteArrayOutputStream();
    try (PrintStream out =
        new RedactedOutput(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      out.print("a\u001b]0;title\u0007 b\u001b[2J c\u007f d\u009b1m caf\u00e9\t\r\u001b[K\n");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("a?]0;title? b?[2J c? d?1m caf\u00e9\t\r\u001b[K\n");
  }
}
