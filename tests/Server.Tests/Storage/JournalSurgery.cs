using System.Buffers;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Journaling;
using ControlSurface.Storage.Sqlite;

namespace Server.Tests.Storage;

/// <summary>Changes a journal's file as somebody with a tool and the format's description would, without mending the chain.</summary>
internal static class JournalSurgery
{
    /// <summary>Puts another event in the place of one; its checks stay as they were.</summary>
    internal static void Change(string file, long seq, Func<StoredEvent, StoredEvent> change) =>
        Rewrite(file, seq, events => [.. events.Select(e => e.Seq == seq ? change(e) : e)]);

    /// <summary>Takes an event out of its batch.</summary>
    internal static void Drop(string file, long seq) =>
        Rewrite(file, seq, events => [.. events.Where(e => e.Seq != seq)]);

    /// <summary>Exchanges an event and the next one.</summary>
    internal static void Swap(string file, long seq) =>
        Rewrite(
            file,
            seq,
            events =>
            {
                var k = events.FindIndex(e => e.Seq == seq);
                (events[k], events[k + 1]) = (events[k + 1], events[k]);
                return events;
            }
        );

    /// <summary>Changes every answer that no portion has taken in.</summary>
    /// <param name="mends">Whether the checksum is made to fit.</param>
    internal static void ChangeAnswers(string file, Func<KeptAnswer, KeptAnswer> change, bool mends = false)
    {
        using var tool = Database.Open(file, DatabaseAccess.ReadWrite);
        foreach (
            var (id, data) in tool.Rows(
                "select id, data from recent",
                row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1))
            )
        )
        {
            var changed = new ArrayBufferWriter<byte>();
            AnswerCodec.Begin(changed);
            foreach (var stored in AnswerCodec.Read(data))
            {
                var answer = change(stored.Answer);
                AnswerCodec.Write(changed, new StoredAnswer(answer, mends ? AnswerCodec.SumOf(answer) : stored.Sum));
            }
            using var update = tool.Command(
                "update recent set data = $data where id = $id",
                ("$data", changed.WrittenSpan.ToArray()),
                ("$id", id)
            );
            Assert.Equal(1, update.ExecuteNonQuery());
        }
    }

    private static void Rewrite(string file, long seq, Func<List<StoredEvent>, List<StoredEvent>> change)
    {
        using var tool = Database.Open(file, DatabaseAccess.ReadWrite);
        var batch = BatchRows.From(tool, seq, events: 1)[0];
        var events = change(batch.Events());
        using var update = tool.Command(
            "update batches set data = $data, count = $count where first = $first",
            ("$data", Plain(events, batch.At)),
            ("$count", events.Count),
            ("$first", batch.First)
        );
        Assert.Equal(1, update.ExecuteNonQuery());
    }

    // The format as it is described at BatchCodec, written down a second time.
    private static byte[] Plain(List<StoredEvent> events, long from)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write<byte>([1, 0]);
        foreach (var e in events)
        {
            body.Write<byte>([e.Digest.IsEmpty ? (byte)0 : (byte)1]);
            Varint.WriteSigned(body, e.At - from);
            Varint.WriteSigned(body, e.By);
            Varint.WriteBytes(body, System.Text.Encoding.UTF8.GetBytes(e.Type));
            Varint.Write(body, (ulong)e.Item);
            body.Write(BitConverter.GetBytes(e.Check));
            if (e.Digest.IsEmpty)
                Varint.WriteBytes(body, e.Data.Span);
            else
                body.Write(e.Digest.Span);
        }
        return body.WrittenSpan.ToArray();
    }
}
