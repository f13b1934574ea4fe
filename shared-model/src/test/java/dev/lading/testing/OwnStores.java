package dev.lading.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test {@link Stores} of its own and closes them afterwards; subclasses choose the back end. */
public abstract class OwnStores implements ParameterResolver {
    protected static final Namespace NAMESPACE = Namespace.create(OwnStores.class);

    /** @param folder the test's own, deleted with the stores */
    protected abstract Stores open(Path folder, ExtensionContext test) throws Exception;

    private record Opened(Stores stores, Path folder) implements AutoCloseable {
        @Override
        public void close() {
            try {
                if (stores.metadata() instanceof AutoCloseable open) {
                    open.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException("the stores do not close", e);
            }
            Folders.delete(folder);
        }
    }

    @Override
    public final boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Stores.class;
    }

    @Override
    public final Stores resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(NAMESPACE)
                .computeIfAbsent(Opened.class, key -> opened(test), Opened.class)
                .stores();
    }

    private Opened opened(ExtensionContext test) {
        try {
            Path folder = Files.createTempDirectory("lading-test-");
            return new Opened(open(folder, test), folder);
        } catch (Exception e) {
            throw new IllegalStateException("there are no stores", e);
        }
    }
}
