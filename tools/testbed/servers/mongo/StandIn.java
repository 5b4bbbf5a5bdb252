import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;
import org.h2.mvstore.MVStore;

/** A server that speaks MongoDB's protocol: StandIn PORT, in memory; StandIn PORT FILE, kept in a file. */
public class StandIn {
  /** Between commits to the file; what was acknowledged within it may be lost by a kill. */
  private static final int COMMIT_MS = 5;

  public static void main(String[] args) throws Exception {
    MongoBackend backend = args.length > 1 ? inFile(args[1]) : new MemoryBackend();
    backend.version(new MongoVersion() {
      @Override
      public List<Integer> getVersionArray() {
        return List.of(5, 0, 0);
      }

      // The driver takes no server below 9; the library says 8.
      @Override
      public int getWireVersion() {
        return 13;
      }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private static MongoBackend inFile(String file) {
    MVStore store = new MVStore.Builder().fileName(file).autoCommitBufferSize(64).open();
    store.setAutoCommitDelay(COMMIT_MS);
    return new H2Backend(store);
  }
}
