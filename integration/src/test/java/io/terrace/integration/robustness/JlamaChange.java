/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.Remapper;

/**
 * One change to Jlama's class files after which it works as before and a member is not where the
 * plugin looks for it. Classes are named by their path without ".class".
 */
sealed interface JlamaChange {
  int API = Opcodes.ASM9;
  String PACKAGE = "com/github/tjake/jlama/";

  /** Changes all classes in place; may add some. */
  void apply(Map<String, byte[]> classes);

  /** A method has another name, in its class, in those that extend it, and for all callers. */
  record RenamedMethod(String owner, String name, String descriptor) implements JlamaChange {
    @Override
    public void apply(Map<String, byte[]> classes) {
      Set<String> owners = withSubclasses(classes, PACKAGE + owner);
      remap(
          classes,
          new Remapper(API) {
            @Override
            public String mapMethodName(String in, String called, String type) {
              boolean same = called.equals(name) && type.equals(descriptor) && owners.contains(in);
              return same ? renamed() : called;
            }
          });
    }

    String renamed() {
      return name + "Renamed";
    }
  }

  /**
   * As {@link RenamedMethod} for a method that an interface asks for: a new superclass has it, and
   * calls the renamed one.
   */
  record MovedUpMethod(RenamedMethod method) implements JlamaChange {
    @Override
    public void apply(Map<String, byte[]> classes) {
      method.apply(classes);
      String owner = PACKAGE + method.owner();
      String above = owner + "Above";
      classes.computeIfPresent(owner, (name, file) -> underneath(file, above));
      classes.put(above, superclass(above, owner));
    }

    private static byte[] underneath(byte[] file, String above) {
      ClassWriter writer = new ClassWriter(0);
      new ClassReader(file)
          .accept(
              new ClassVisitor(API, writer) {
                @Override
                public void visit(
                    int version, int access, String name, String sign, String up, String[] faces) {
                  super.visit(version, access, name, null, above, faces);
                }

                @Override
                public MethodVisitor visitMethod(
                    int access, String name, String type, String sign, String[] thrown) {
                  MethodVisitor next = super.visitMethod(access, name, type, sign, thrown);
                  return name.equals("<init>") ? new ConstructorOf(next, above) : next;
                }
              },
              0);
      return writer.toByteArray();
    }

    private byte[] superclass(String above, String owner) {
      ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
      int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT | Opcodes.ACC_SUPER;
      writer.visit(Opcodes.V17, access, above, null, "java/lang/Object", null);
      MethodVisitor made = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
      made.visitVarInsn(Opcodes.ALOAD, 0);
      made.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
      made.visitInsn(Opcodes.RETURN);
      made.visitMaxs(0, 0);
      String type = method.descriptor();
      made = writer.visitMethod(Opcodes.ACC_PUBLIC, method.name(), type, null, null);
      made.visitVarInsn(Opcodes.ALOAD, 0);
      made.visitTypeInsn(Opcodes.CHECKCAST, owner);
      int local = 1;
      for (Type argument : Type.getArgumentTypes(type)) {
        made.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
        local += argument.getSize();
      }
      made.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, method.renamed(), type, false);
      made.visitInsn(Type.getReturnType(type).getOpcode(Opcodes.IRETURN));
      made.visitMaxs(0, 0);
      writer.visitEnd();
      return writer.toByteArray();
    }

    /** Calls the constructor of the new superclass instead of Object's. */
    private static final class ConstructorOf extends MethodVisitor {
      private final String above;

      ConstructorOf(MethodVisitor next, String above) {
        super(API, next);
        this.above = above;
      }

      @Override
      public void visitMethodInsn(int code, String in, String name, String type, boolean face) {
        boolean up = code == Opcodes.INVOKESPECIAL && in.equals("java/lang/Object");
        super.visitMethodInsn(code, up ? above : in, name, type, face);
      }
    }
  }

  /** A field has another name. */
  record RenamedField(String owner, String name) implements JlamaChange {
    @Override
    public void apply(Map<String, byte[]> classes) {
      remap(
          classes,
          new Remapper(API) {
            @Override
            public String mapFieldName(String in, String read, String type) {
              return in.equals(PACKAGE + owner) && read.equals(name) ? name + "Renamed" : read;
            }
          });
    }
  }

  /** A class has one more public method, which returns null and is called by nobody. */
  record AddedMethod(String owner, String name, String descriptor) implements JlamaChange {
    @Override
    public void apply(Map<String, byte[]> classes) {
      classes.computeIfPresent(
          PACKAGE + owner,
          (path, file) -> {
            ClassWriter writer = new ClassWriter(0);
            new ClassReader(file).accept(writer, 0);
            MethodVisitor added =
                writer.visitMethod(Opcodes.ACC_PUBLIC, name, descriptor, null, null);
            added.visitInsn(Opcodes.ACONST_NULL);
            added.visitInsn(Opcodes.ARETURN);
            added.visitMaxs(1, 1 + Type.getArgumentTypes(descriptor).length);
            return writer.toByteArray();
          });
    }
  }

  private static void remap(Map<String, byte[]> classes, Remapper remapper) {
    classes.replaceAll(
        (path, file) -> {
          ClassWriter writer = new ClassWriter(0);
          new ClassReader(file).accept(new ClassRemapper(writer, remapper), 0);
          return writer.toByteArray();
        });
  }

  private static Set<String> withSubclasses(Map<String, byte[]> classes, String owner) {
    Set<String> owners = new HashSet<>(Set.of(owner));
    int before = 0;
    while (before < owners.size()) {
      before = owners.size();
      classes.forEach(
          (path, file) -> {
            if (owners.contains(new ClassReader(file).getSuperName())) {
              owners.add(path);
            }
          });
    }
    return owners;
  }
}
