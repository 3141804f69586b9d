using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ControlSurface.Testing;

/// <summary>One reference from a type to a type of the same assembly, as the compiler wrote it.</summary>
/// <param name="FromRoom">The namespace of the type that refers, without the assembly's own prefix.</param>
/// <param name="From">The outermost type that refers.</param>
/// <param name="Member">The method or field that refers; the type's own name for its bases and attributes.</param>
/// <param name="ToRoom">The namespace of the type that is referred to, without the prefix.</param>
/// <param name="To">The type that is referred to, with the types that it is nested in.</param>
public sealed record Reference(string FromRoom, string From, string Member, string ToRoom, string To)
{
    /// <summary>The arrow as the tables write it.</summary>
    public string Arrow => $"{FromRoom} -> {ToRoom}";
}

/// <summary>
/// Reads every reference between the namespaces of one assembly: bases, interfaces, attributes, constraints, fields, signatures,
/// local variables, and each instruction of each method body that names a type or a member.
/// </summary>
public sealed class RoomArrows
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields()
        .Select(field => (OpCode)field.GetValue(obj: null)!)
        .ToDictionary(code => code.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly TypeNames _names;
    private readonly string _prefix;
    private readonly HashSet<Reference> _found = [];

    private RoomArrows(PEReader file, string prefix)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _names = new TypeNames(_metadata);
        _prefix = prefix;
    }

    /// <summary>All references between different rooms, each once.</summary>
    /// <param name="assembly">The path of the compiled assembly.</param>
    /// <param name="prefix">The namespace under which the rooms lie, without a dot at its end.</param>
    public static IReadOnlyCollection<Reference> Read(string assembly, string prefix)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = new RoomArrows(file, prefix + ".");
        foreach (var handle in reader._metadata.TypeDefinitions)
            reader.ReadType(handle);
        return reader._found;
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var at = new Place(_names.RoomOf(handle), _names.OutermostOf(handle), _metadata.GetString(type.Name));
        if (!at.Room.StartsWith(_prefix, StringComparison.Ordinal))
            return;
        Add(at, type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Add(at, _metadata.GetInterfaceImplementation(implemented).Interface);
        AddAttributes(at, type.GetCustomAttributes());
        AddConstraints(at, type.GetGenericParameters());
        foreach (var field in type.GetFields())
            ReadField(at, _metadata.GetFieldDefinition(field));
        foreach (var method in type.GetMethods())
            ReadMethod(at, _metadata.GetMethodDefinition(method));
    }

    private void ReadField(Place type, FieldDefinition field)
    {
        var at = type with { Member = _metadata.GetString(field.Name) };
        Add(at, field.DecodeSignature(_names, genericContext: null));
        AddAttributes(at, field.GetCustomAttributes());
    }

    private void ReadMethod(Place type, MethodDefinition method)
    {
        var at = type with { Member = _metadata.GetString(method.Name) };
        Add(at, method.DecodeSignature(_names, genericContext: null));
        AddAttributes(at, method.GetCustomAttributes());
        AddConstraints(at, method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            foreach (
                var local in _metadata
                    .GetStandaloneSignature(body.LocalSignature)
                    .DecodeLocalSignature(_names, genericContext: null)
            )
                Add(at, local);
        }
        foreach (var region in body.ExceptionRegions)
            Add(at, region.CatchType);
        ReadInstructions(at, body.GetILReader());
    }

    private void ReadInstructions(Place at, BlobReader body)
    {
        while (body.RemainingBytes > 0)
        {
            short value = body.ReadByte();
            if (value == 0xFE)
                value = unchecked((short)(0xFE00 | body.ReadByte()));
            var code = OpCodesByValue[value];
            if (
                code.OperandType
                is OperandType.InlineField
                    or OperandType.InlineMethod
                    or OperandType.InlineTok
                    or OperandType.InlineType
                    or OperandType.InlineSig
            )
                Add(at, MetadataTokens.EntityHandle(body.ReadInt32()));
            else
                body.Offset += SizeOf(code.OperandType, body);
        }
    }

    private static int SizeOf(OperandType operand, BlobReader body) =>
        operand switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + 4 * body.ReadInt32(),
            _ => 4,
        };

    private void AddAttributes(Place at, CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes)
            Add(at, _metadata.GetCustomAttribute(attribute).Constructor);
    }

    private void AddConstraints(Place at, GenericParameterHandleCollection parameters)
    {
        foreach (var parameter in parameters)
        {
            foreach (var constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                Add(at, _metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Add(Place at, EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                Add(at, (TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                Add(at, _names.Of((TypeSpecificationHandle)handle));
                break;
            case HandleKind.MethodDefinition:
                var method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                Add(at, method.GetDeclaringType());
                Add(at, method.DecodeSignature(_names, genericContext: null));
                break;
            case HandleKind.FieldDefinition:
                var field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                Add(at, field.GetDeclaringType());
                Add(at, field.DecodeSignature(_names, genericContext: null));
                break;
            case HandleKind.MemberReference:
                AddMember(at, _metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(at, generic.Method);
                foreach (var argument in generic.DecodeSignature(_names, genericContext: null))
                    Add(at, argument);
                break;
        }
    }

    private void AddMember(Place at, MemberReference member)
    {
        Add(at, member.Parent);
        if (member.GetKind() == MemberReferenceKind.Method)
            Add(at, member.DecodeMethodSignature(_names, genericContext: null));
        else
            Add(at, member.DecodeFieldSignature(_names, genericContext: null));
    }

    private void Add(Place at, MethodSignature<ImmutableHashSet<TypeDefinitionHandle>> signature)
    {
        Add(at, signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes)
            Add(at, parameter);
    }

    private void Add(Place at, ImmutableHashSet<TypeDefinitionHandle> types)
    {
        foreach (var type in types)
            Add(at, type);
    }

    private void Add(Place at, TypeDefinitionHandle type)
    {
        var room = _names.RoomOf(type);
        if (room != at.Room && room.StartsWith(_prefix, StringComparison.Ordinal))
        {
            _found.Add(
                new Reference(
                    at.Room[_prefix.Length..],
                    at.Type,
                    at.Member,
                    room[_prefix.Length..],
                    _names.FullOf(type)
                )
            );
        }
    }

    private sealed record Place(string Room, string Type, string Member);

    /// <summary>Answers with the types of this assembly that a signature names; those of others are no concern here.</summary>
    private sealed class TypeNames(MetadataReader metadata)
        : ISignatureTypeProvider<ImmutableHashSet<TypeDefinitionHandle>, object?>
    {
        private static readonly ImmutableHashSet<TypeDefinitionHandle> None = [];

        internal string RoomOf(TypeDefinitionHandle handle)
        {
            var type = metadata.GetTypeDefinition(handle);
            return type.IsNested ? RoomOf(type.GetDeclaringType()) : metadata.GetString(type.Namespace);
        }

        internal string OutermostOf(TypeDefinitionHandle handle)
        {
            var type = metadata.GetTypeDefinition(handle);
            return type.IsNested ? OutermostOf(type.GetDeclaringType()) : metadata.GetString(type.Name);
        }

        internal string FullOf(TypeDefinitionHandle handle)
        {
            var type = metadata.GetTypeDefinition(handle);
            var name = metadata.GetString(type.Name);
            return type.IsNested ? $"{FullOf(type.GetDeclaringType())}.{name}" : name;
        }

        internal ImmutableHashSet<TypeDefinitionHandle> Of(TypeSpecificationHandle handle) =>
            metadata.GetTypeSpecification(handle).DecodeSignature(this, genericContext: null);

        public ImmutableHashSet<TypeDefinitionHandle> GetTypeFromDefinition(
            MetadataReader reader,
            TypeDefinitionHandle handle,
            byte rawTypeKind
        ) => [handle];

        public ImmutableHashSet<TypeDefinitionHandle> GetTypeFromSpecification(
            MetadataReader reader,
            object? genericContext,
            TypeSpecificationHandle handle,
            byte rawTypeKind
        ) => Of(handle);

        public ImmutableHashSet<TypeDefinitionHandle> GetTypeFromReference(
            MetadataReader reader,
            TypeReferenceHandle handle,
            byte rawTypeKind
        ) => None;

        public ImmutableHashSet<TypeDefinitionHandle> GetPrimitiveType(PrimitiveTypeCode typeCode) => None;

        public ImmutableHashSet<TypeDefinitionHandle> GetGenericTypeParameter(object? genericContext, int index) =>
            None;

        public ImmutableHashSet<TypeDefinitionHandle> GetGenericMethodParameter(object? genericContext, int index) =>
            None;

        public ImmutableHashSet<TypeDefinitionHandle> GetGenericInstantiation(
            ImmutableHashSet<TypeDefinitionHandle> genericType,
            ImmutableArray<ImmutableHashSet<TypeDefinitionHandle>> typeArguments
        ) => typeArguments.Aggregate(genericType, (all, argument) => all.Union(argument));

        public ImmutableHashSet<TypeDefinitionHandle> GetArrayType(
            ImmutableHashSet<TypeDefinitionHandle> elementType,
            ArrayShape shape
        ) => elementType;

        public ImmutableHashSet<TypeDefinitionHandle> GetSZArrayType(
            ImmutableHashSet<TypeDefinitionHandle> elementType
        ) => elementType;

        public ImmutableHashSet<TypeDefinitionHandle> GetByReferenceType(
            ImmutableHashSet<TypeDefinitionHandle> elementType
        ) => elementType;

        public ImmutableHashSet<TypeDefinitionHandle> GetPointerType(
            ImmutableHashSet<TypeDefinitionHandle> elementType
        ) => elementType;

        public ImmutableHashSet<TypeDefinitionHandle> GetPinnedType(
            ImmutableHashSet<TypeDefinitionHandle> elementType
        ) => elementType;

        public ImmutableHashSet<TypeDefinitionHandle> GetModifiedType(
            ImmutableHashSet<TypeDefinitionHandle> modifier,
            ImmutableHashSet<TypeDefinitionHandle> unmodifiedType,
            bool isRequired
        ) => unmodifiedType.Union(modifier);

        public ImmutableHashSet<TypeDefinitionHandle> GetFunctionPointerType(
            MethodSignature<ImmutableHashSet<TypeDefinitionHandle>> signature
        ) => signature.ParameterTypes.Aggregate(signature.ReturnType, (all, parameter) => all.Union(parameter));
    }
}
