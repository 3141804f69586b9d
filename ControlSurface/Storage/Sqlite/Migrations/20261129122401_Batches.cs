using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Batches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "answer_blocks",
                columns: table => new
                {
                    portion = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<long>(type: "INTEGER", nullable: false),
                    keys = table.Column<byte[]>(type: "BLOB", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_answer_blocks", x => new { x.portion, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "archive",
                columns: table => new
                {
                    item = table.Column<int>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    settled_at = table.Column<long>(type: "INTEGER", nullable: false),
                    owner = table.Column<int>(type: "INTEGER", nullable: true),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    search = table.Column<string>(type: "TEXT", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archive", x => x.item);
                });

            migrationBuilder.CreateTable(
                name: "archive_leases",
                columns: table => new
                {
                    lease = table.Column<int>(type: "INTEGER", nullable: false),
                    item = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archive_leases", x => x.lease);
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    first = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => x.first);
                });

            migrationBuilder.CreateTable(
                name: "contents",
                columns: table => new
                {
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    by = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contents", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "item_events",
                columns: table => new
                {
                    block = table.Column<long>(type: "INTEGER", nullable: false),
                    item = table.Column<int>(type: "INTEGER", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_item_events", x => new { x.block, x.item });
                });

            migrationBuilder.CreateTable(
                name: "marks",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_marks", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "portions",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    up_to = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "recent",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recent", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "snapshots",
                columns: table => new
                {
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    digest = table.Column<byte[]>(type: "BLOB", nullable: false),
                    length = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_snapshots", x => x.seq);
                });

            migrationBuilder.CreateIndex(
                name: "archive_by_external_id",
                table: "archive",
                columns: new[] { "queue", "external_id", "item" },
                filter: "external_id is not null");

            migrationBuilder.CreateIndex(
                name: "archive_by_queue",
                table: "archive",
                columns: new[] { "queue", "item" });

            migrationBuilder.CreateIndex(
                name: "archive_leases_by_item",
                table: "archive_leases",
                column: "item");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "answer_blocks");

            migrationBuilder.DropTable(
                name: "archive");

            migrationBuilder.DropTable(
                name: "archive_leases");

            migrationBuilder.DropTable(
                name: "batches");

            migrationBuilder.DropTable(
                name: "contents");

            migrationBuilder.DropTable(
                name: "item_events");

            migrationBuilder.DropTable(
                name: "marks");

            migrationBuilder.DropTable(
                name: "portions");

            migrationBuilder.DropTable(
                name: "recent");

            migrationBuilder.DropTable(
                name: "snapshots");
        }
    }
}
