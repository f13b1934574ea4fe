package dev.lading.management.resource;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lazily computed value, remembered after its first use. Not thread-safe. */
public final class Memo<T> implements Supplier<T> {
    private final Supplier<T> lookUp;
    private @Nullable T found;

    public Memo(Supplier<T> lookUp) {
        this.lookUp = lookUp;
    }

    @Override
    public T get() {
        if (found == null) {
            found = lookUp.get();
        }
        return found;
    }
}
