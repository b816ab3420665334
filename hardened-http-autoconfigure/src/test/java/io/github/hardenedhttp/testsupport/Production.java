package io.github.hardenedhttp.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Set;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;

/**
 * The compiled code of the project, to hold the manual against.
 */
public final class Production {

	/**
	 * The package of all our code.
	 */
	public static final String BASE = "io.github.hardenedhttp";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(BASE);

	private Production() {
	}

	/**
	 * All our classes, read once.
	 * @return the classes
	 */
	public static JavaClasses classes() {
		return CLASSES;
	}

	/**
	 * The class a nested one is in.
	 * @param type any class
	 * @return the class itself if it is in none
	 */
	public static JavaClass outermost(JavaClass type) {
		JavaClass outermost = type;
		while (outermost.getEnclosingClass().isPresent()) {
			outermost = outermost.getEnclosingClass().get();
		}
		return outermost;
	}

	/**
	 * The strings the methods of a class use.
	 * @param type the class
	 * @return each string; where one is put together with {@code +}, a {@code \1} stands
	 * for what is put in
	 */
	public static Set<String> strings(JavaClass type) {
		Set<String> strings = new LinkedHashSet<>();
		String file = "/" + type.getName().replace('.', '/') + ".class";
		try (InputStream in = Production.class.getResourceAsStream(file)) {
			new ClassReader(in).accept(new Strings(strings), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return strings;
	}

	private static final class Strings extends ClassVisitor {

		private final Set<String> strings;

		Strings(Set<String> strings) {
			super(SpringAsmInfo.ASM_VERSION);
			this.strings = strings;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitLdcInsn(Object value) {
					take(value);
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						take(argument);
					}
				}

			};
		}

		private void take(Object value) {
			if (value instanceof String string) {
				this.strings.add(string);
			}
		}

	}

}
