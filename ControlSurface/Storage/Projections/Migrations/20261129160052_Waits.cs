using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Projections.Migrations
{
    /// <inheritdoc />
    public partial class Waits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "settled",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    hours = table.Column<long>(type: "INTEGER", nullable: false),
                    stretch = table.Column<long>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    by = table.Column<int>(type: "INTEGER", nullable: false),
                    cause = table.Column<int>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settled", x => new { x.workspace, x.hours, x.stretch, x.queue, x.by, x.cause });
                });

            migrationBuilder.CreateTable(
                name: "waited",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    hours = table.Column<long>(type: "INTEGER", nullable: false),
                    stretch = table.Column<long>(type: "INTEGER", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    cause = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    ms = table.Column<long>(type: "INTEGER", nullable: false),
                    come = table.Column<long>(type: "INTEGER", nullable: false),
                    gone = table.Column<long>(type: "INTEGER", nullable: false),
                    longest_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_waited", x => new { x.workspace, x.hours, x.stretch, x.queue, x.cause, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "waiting",
                columns: table => new
                {
                    workspace = table.Column<int>(type: "INTEGER", nullable: false),
                    cause = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    queue = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_waiting", x => new { x.workspace, x.cause, x.key });
                });

            // The file is then of no journal, and the projector makes it anew: what waited before is known too.
            migrationBuilder.Sql("update progress set hash = x''");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "settled");

            migrationBuilder.DropTable(
                name: "waited");

            migrationBuilder.DropTable(
                name: "waiting");
        }
    }
}
