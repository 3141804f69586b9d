using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Sqlite;

namespace Server.Tests.Storage;

/// <summary>Answers that are packed together come back to the byte, or not at all.</summary>
public sealed class AnswerBlockTests
{
    private static readonly string[] OddKeys =
    [
        "k",
        "",
        "Schlüssel ✓",
        "01890A5D-AC96-774B-BCCE-B302099A8057",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5d-ac96-774b-bcce-b302099a8057 ",
        "01890a5d-ac96-774b-bcce-b302099a805g",
        "00000000-0000-0000-0000-000000000000",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_an_answer_says_it_says_again(int seed)
    {
        var answers = Answers(seed);
        var found = AnswerBlock.Read(AnswerBlock.Keys(answers), AnswerBlock.Rest(answers));
        Assert.Equal(answers.Select(Text), found.Select(Text));
        Assert.All(found, answer => Assert.True(answer.IsIntact));
    }

    [Fact]
    public void Whichever_byte_is_changed_no_answer_is_given_for_another()
    {
        var answers = Answers(seed: 4)[..12];
        var (keys, rest) = (AnswerBlock.Keys(answers), AnswerBlock.Rest(answers));
        var known = answers.Select(Text).ToHashSet(StringComparer.Ordinal);
        foreach (var bytes in (byte[][])[keys, rest])
        {
            for (var k = 0; k < bytes.Length; k++)
            {
                bytes[k] ^= 0x10;
                Assert.All(Intact(keys, rest), answer => Assert.Contains(Text(answer), known));
                bytes[k] ^= 0x10;
            }
        }
    }

    [Fact]
    public void A_folder_of_before_is_read_and_its_blocks_are_found_whole()
    {
        using var folder = new TemporaryFolder();
        var options = new JournalOptions
        {
            AnswersPerPortion = 20,
            AnswersPerBlock = 6,
            MovesInBackground = false,
        };
        var answers = Answers(seed: 5)[..20];
        using var storage = SqliteStorage.Open(DataFolder.Create(folder.Path), options);
        storage.Journal.Append(Batches.Of(0, Batches.Renewal(1)) with { Answers = [.. answers.Select(a => a.Answer)] });
        using (var tool = Database.Open(DataFolder.JournalFileIn(folder.Path), DatabaseAccess.ReadWrite))
        {
            foreach (
                var (hash, keys, rest) in tool.Rows(
                    "select hash, keys, data from answer_blocks",
                    row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2))
                )
            )
            {
                var block = AnswerBlock.Read(keys, rest);
                using var update = tool.Command(
                    "update answer_blocks set keys = $keys, data = $data where hash = $hash",
                    ("$keys", KeysOfBefore(block)),
                    ("$data", WholeOfBefore(block)),
                    ("$hash", hash)
                );
                Assert.Equal(1, update.ExecuteNonQuery());
            }
        }
        foreach (var (answer, sum) in answers)
            Assert.Equal(
                Text(new StoredAnswer(answer, sum)),
                Text(new StoredAnswer(storage.Journal.FindAnswer(answer.Principal, answer.Key)!, sum))
            );
        Assert.Equal(
            answers.Select(a => (a.Answer.Principal, a.Answer.Key)).Order(),
            storage.Journal.AnswerKeys().Order()
        );
        using var examination = SqliteExamination.Open(folder.Path);
        Assert.Empty(examination.AnswerFaults());
        Assert.Equal(20, examination.Answers().Count(answer => answer.IsIntact));
    }

    // Version 1, as it was described.
    private static byte[] KeysOfBefore(List<StoredAnswer> block)
    {
        var keys = new ArrayBufferWriter<byte>();
        keys.Write<byte>([1]);
        foreach (var (answer, _) in block)
        {
            Varint.WriteSigned(keys, answer.Principal.Number);
            Varint.WriteBytes(keys, Encoding.UTF8.GetBytes(answer.Key));
            Varint.WriteSigned(keys, answer.At.ToUnixTimeMilliseconds());
        }
        return keys.WrittenSpan.ToArray();
    }

    private static byte[] WholeOfBefore(List<StoredAnswer> block)
    {
        var plain = new ArrayBufferWriter<byte>();
        AnswerCodec.Begin(plain);
        foreach (var answer in block)
            AnswerCodec.Write(plain, answer);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, plain.WrittenCount);
        return [1, .. length, .. Packed.Deflate(plain.WrittenSpan)];
    }

    private static IEnumerable<StoredAnswer> Intact(byte[] keys, byte[] rest)
    {
        try
        {
            return AnswerBlock.Read(keys, rest).Where(answer => answer.IsIntact);
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static StoredAnswer[] Answers(int seed)
    {
        var chance = new Random(seed);
        var bytes = new byte[16];
        return
        [
            .. Enumerable
                .Range(0, 60)
                .Select(k =>
                {
                    chance.NextBytes(bytes);
                    var fingerprint = new byte[32];
                    chance.NextBytes(fingerprint);
                    var answer = new KeptAnswer(
                        new PrincipalId(chance.Next(1, 300)),
                        k < OddKeys.Length ? OddKeys[k] : new Guid(bytes).ToString(),
                        fingerprint,
                        chance.Next(2) == 0 ? 200 : 409,
                        Encoding.UTF8.GetBytes(new string('é', chance.Next(200)) + k),
                        chance.Next(3) == 0 ? "/items/W-" + k : null,
                        Batches.T0.AddMilliseconds(chance.Next(-1_000_000, 1_000_000))
                    );
                    return new StoredAnswer(answer, AnswerCodec.SumOf(answer));
                })
                .OrderBy(answer => answer.Hash),
        ];
    }

    private static string Text(StoredAnswer stored)
    {
        var a = stored.Answer;
        return string.Join(
            '|',
            a.Principal,
            a.Key,
            Convert.ToHexString(a.Fingerprint),
            a.Status,
            Convert.ToHexString(a.Body),
            a.Location,
            a.At.UtcTicks,
            stored.Sum
        );
    }
}
