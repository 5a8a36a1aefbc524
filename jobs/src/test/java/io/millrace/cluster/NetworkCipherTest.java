package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.apache.spark.SparkConf;
import org.apache.spark.network.crypto.GcmTransportCipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkCipherTest {
  private static SparkConf conf(String enabled, String cipher) {
    return new SparkConf(false)
        .set("spark.network.crypto.enabled", enabled)
        .set("spark.network.crypto.cipher", cipher);
  }

  @Test
  void gcmIsRefusedWhereSparkDropsMessagesByIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkCipher.refuseDropping(conf("true", "AES/GCM/NoPadding"), "3.5.7"))
        .withMessage(
            "Invalid spark.network.crypto.cipher: AES/GCM/NoPadding (must be AES/CTR/NoPadding with Spark 3.5.7, which drops every message of a connection by GCM but the first: SPARK-56227)");
  }

  @ParameterizedTest
  @CsvSource({
    "true, AES/CTR/NoPadding, 3.5.7",
    "false, AES/GCM/NoPadding, 3.5.7",
    "true, AES/GCM/NoPadding, 3.5.9",
    "true, AES/GCM/NoPadding, 3.5.10"
  })
  void othersPass(String enabled, String cipher, String spark) {
    assertThatCode(() -> NetworkCipher.refuseDropping(conf(enabled, cipher), spark))
        .doesNotThrowAnyException();
  }

  /** Why it is refused, on the Spark that the build takes: with one that is mended, take GCM. */
  @Test
  void sparksGcmDropsWhatComesAfterTheFirstMessage() throws Exception {
    var cipher = new GcmTransportCipher(new SecretKeySpec(new byte[16], "AES"));
    EmbeddedChannel sender = new EmbeddedChannel();
    EmbeddedChannel receiver = new EmbeddedChannel();
    cipher.addToChannel(sender);
    cipher.addToChannel(receiver);
    receiver.writeInbound(encrypted(sender, "first"));
    ByteBuf first = receiver.readInbound();
    assertThat(first.toString(StandardCharsets.UTF_8)).isEqualTo("first");
    receiver.writeInbound(encrypted(sender, "second"));
    assertThat((Object) receiver.readInbound()).isNull();
  }

  private static ByteBuf encrypted(EmbeddedChannel sender, String text) throws Exception {
    sender.writeOutbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    FileRegion message = sender.readOutbound();
    var bytes = new ByteArrayOutputStream();
    message.transferTo(Channels.newChannel(bytes), 0);
    return Unpooled.wrappedBuffer(bytes.toByteArray());
  }
}
