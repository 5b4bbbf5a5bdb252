import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes events as another platform would: brokers, topic, codecs, amount for each, body, then names and values of headers. */
public class JavaProducer {
  public static void main(String[] args) throws Exception {
    for (String codec : args[2].split(",")) {
      Properties settings = new Properties();
      settings.put("bootstrap.servers", args[0]);
      settings.put("compression.type", codec);
      settings.put("linger.ms", "200");
      settings.put("batch.size", "1000000");
      try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int index = 0; index < Integer.parseInt(args[3]); index++) {
          var message = new ProducerRecord<>(args[1], "k".getBytes(StandardCharsets.UTF_8), args[4].getBytes(StandardCharsets.UTF_8));
          for (int at = 5; at + 1 < args.length; at += 2)
            message.headers().add(args[at], args[at + 1].replace("SUBJECT", codec + index).getBytes(StandardCharsets.UTF_8));
          producer.send(message);
        }
      }
    }
  }
}
