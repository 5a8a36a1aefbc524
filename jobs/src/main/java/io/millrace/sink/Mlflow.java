package io.millrace.sink;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A run on an MLflow server. Its address stands in the environment, as do user, password or token
 * under the names that MLflow's own clients read ({@code MLFLOW_TRACKING_USERNAME}, {@code
 * _PASSWORD}, {@code _TOKEN}), so that none of them gets into a config.
 */
@Named(
    value = "mlflow",
    doc =
        "A run on an MLflow server: settings, figures of each epoch, and at its end files and model."
            + " It is sent in the background; what cannot be sent is tried again and holds nothing up.")
public record Mlflow(
    @Key(
            doc = "Variable of the environment that holds the server's address.",
            value = "MLFLOW_TRACKING_URI",
            rule = "a name of letters, digits and _",
            pattern = "[A-Za-z_]\\w*")
        String address,
    @Key(doc = "Experiment that the run belongs to; made where it is missing.", value = "millrace")
        String experiment,
    @Key(doc = "Whether files and model are sent when the run ends.", value = "true")
        boolean artifacts,
    @Key(
            doc = "Seconds that the end of a run waits for what is still to be sent.",
            value = "60",
            min = 0)
        int waitSeconds)
    implements Sink {

  @Override
  public void check(Map<String, String> environment) {
    uri(environment);
  }

  private URI uri(Map<String, String> environment) {
    String text = environment.get(address);
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(
          "Invalid sinks.mlflow.address: %s (must be set in the environment, such as to http://host:5000)"
              .formatted(address));
    }
    try {
      URI uri = URI.create(text.strip().replaceAll("/+$", ""));
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below, without the text: it may hold a password
    }
    throw new IllegalArgumentException(
        "Invalid sinks.mlflow.address: the value of %s (must be the address of a server, such as http://host:5000)"
            .formatted(address));
  }

  @Override
  public OpenSink open(SinkRun run) {
    return open(run, System.getenv(), Outbox.Pace.USUAL);
  }

  OpenSink open(SinkRun run, Map<String, String> environment, Outbox.Pace pace) {
    MlflowServer server = new MlflowServer(uri(environment), environment, pace.patience());
    return new MlflowRun(this, run, server, new Outbox(server.name(), pace));
  }

  Duration patience() {
    return Duration.ofSeconds(waitSeconds);
  }
}
